/** As OpenAPI spells them. */
export const httpMethods = ['get', 'head', 'post', 'put', 'patch', 'delete', 'options', 'trace'] as const;

export type HttpMethod = (typeof httpMethods)[number];

/** Whether a method asks for no change (RFC 9110, section 9.2.1). */
export function isSafe(method: HttpMethod): boolean {
  return ['get', 'head', 'options', 'trace'].includes(method);
}
