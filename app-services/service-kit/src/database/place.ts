/** Stands in a query for a value that comes with each execution. */
export class Place {
  readonly name: string;
  readonly given: (value: unknown) => unknown;

  /** @param given what the database is given for a value */
  constructor(name: string, given: (value: unknown) => unknown = (value) => value) {
    this.name = name;
    this.given = given;
  }
}
