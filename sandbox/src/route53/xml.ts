import { XMLBuilder, XMLParser, XMLValidator } from 'fast-xml-parser';
import { invalidInput } from './errors.ts';

const namespace = 'https://route53.amazonaws.com/doc/2013-04-01/';
const lists = new Set(['Change', 'ResourceRecord']);

const parser = new XMLParser({ parseTagValue: false, isArray: (name) => lists.has(name) });
const builder = new XMLBuilder({ ignoreAttributes: false });

/** What stands inside the root element of that name; every text is a string. Throws InvalidInput. */
export function readXml(body: string, root: string): unknown {
  const valid = XMLValidator.validate(body) === true;
  const content: unknown = valid ? parser.parse(body)[root] : undefined;
  if (content === undefined) throw invalidInput(`Invalid XML ; cvc-elt.1: Cannot find the declaration of ${root}.`);
  return content;
}

/** A document of Route 53's; undefined members are left out, an array is its element, repeated. */
export function writeXml(root: string, content: object): string {
  const known: unknown = JSON.parse(JSON.stringify(content));
  return `<?xml version="1.0"?>\n${builder.build({ [root]: { '@_xmlns': namespace, ...(known as object) } })}`;
}
