import { createHash } from 'node:crypto';
import { type Document, isMap, isNode, isScalar, parseDocument, visit } from 'yaml';
import { sha256 } from '../../lib/canonical.ts';
import { AppError } from '../../lib/errors.ts';
import { Secret } from '../../lib/secret.ts';
import { type RouteRequest, routeRequests } from './requests.ts';

/** A declarative configuration of Kong as it shall lie on the host. */
export interface KongConfig {
  /** YAML, with a line feed at its end. */
  text: string;
  sha256: string;
  /** Of the same bytes: Kong tells it as `configuration_hash` once they are loaded. */
  md5: string;
  /** What shows that its routes are served. */
  requests: readonly RouteRequest[];
}

/** What stands in the file for the address of the apps host: right as it is when the apps run on Kong's own host. */
const APPS_ADDRESS = '127.0.0.1';

/**
 * Reads a declarative configuration and puts `appsIp` in the place of 127.0.0.1 wherever requests are sent to: targets of
 * upstreams, hosts and urls of services. The same input gives the same bytes.
 * @param file what the operator knows the text as
 * @throws {AppError} kong_config_invalid, with line and column where the YAML does not parse
 */
export function renderKongConfig(source: string, file: string, appsIp: string | undefined): KongConfig {
  const text = source.replaceAll('\r\n', '\n');
  const document = parseDocument(text);
  requireText(text, file);
  requireYaml(document, file);
  requireKong(document, file);
  const rendered = appsIp === undefined ? text : replaceAddress(text, document, appsIp);
  const bytes = `${rendered.trimEnd()}\n`;
  return { text: bytes, sha256: sha256(bytes), md5: md5Of(bytes), requests: routeRequests(bytes) };
}

/** In hexadecimal, as Kong tells it. */
export function md5Of(text: string): string {
  return createHash('md5').update(text).digest('hex');
}

/** YAML has none of these; a host is not sent any either. */
function requireText(text: string, file: string): void {
  const control = /[^\P{Cc}\t\n\r]/u.exec(text)?.[0];
  if (control === undefined) return;
  const line = text.slice(0, text.indexOf(control)).split('\n').length;
  const said = `the control character U+${control.charCodeAt(0).toString(16).padStart(4, '0').toUpperCase()}`;
  throw new AppError('kong_config_invalid', `${file} is no YAML: line ${line} holds ${said}.`, {
    details: [{ message: said, file, line }],
  });
}

function requireYaml({ errors }: Document.Parsed, file: string): void {
  const [error] = errors;
  if (!error) return;
  const { line = 1, col: column = 1 } = error.linePos?.[0] ?? {};
  const said = error.message.split(/ at line \d+/)[0] ?? error.message;
  throw new AppError('kong_config_invalid', `${file} is no YAML: line ${line}, column ${column}: ${said}.`, {
    details: [{ message: said, file, line, column }],
  });
}

/** Kong checks the rest itself, on the host. An empty configuration would pass there, and then never become ready. */
function requireKong(document: Document.Parsed, file: string): void {
  const refuse = (why: string) => new AppError('kong_config_invalid', `${file} is no configuration of Kong: ${why}.`);
  if (!isMap(document.contents)) throw refuse('it is not a mapping');
  const version = document.get('_format_version');
  if (version !== '3.0') throw refuse(`_format_version is ${JSON.stringify(version) ?? 'missing'}, not the text "3.0"`);
  const services = readValue(document, refuse).services;
  if (!Array.isArray(services) || services.length === 0) throw refuse('it has no services');
}

function readValue(document: Document.Parsed, refuse: (why: string) => AppError): Record<string, unknown> {
  try {
    return document.toJS();
  } catch (error) {
    // An alias without its anchor, or aliases of aliases without end.
    throw refuse((error as Error).message);
  }
}

/** Only the address itself is exchanged: comments, order and layout of the text stay. */
function replaceAddress(text: string, document: Document.Parsed, appsIp: string): string {
  const places: number[] = [];
  visit(document, {
    Pair(_, { key, value }) {
      if (!isScalar(key) || !isScalar(value) || !value.range) return;
      if (!PLACES.get(String(key.value))?.test(String(value.value))) return;
      const at = text.indexOf(APPS_ADDRESS, value.range[0]);
      if (at >= 0 && at < value.range[1]) places.push(at);
    },
  });
  return places
    .sort((a, b) => b - a)
    .reduce((result, at) => result.slice(0, at) + appsIp + result.slice(at + APPS_ADDRESS.length), text);
}

/** The fields that say where requests are sent, and how the address stands in them. `hosts` of routes are not among them. */
const PLACES = new Map([
  ['target', /^127\.0\.0\.1(:|$)/],
  ['host', /^127\.0\.0\.1$/],
  ['url', /^[a-z]+:\/\/127\.0\.0\.1([:/]|$)/],
]);

/**
 * Every credential of a configuration: keys, passwords and secrets of consumers, of certificates and in plugins. Kong repeats
 * them when it refuses one. Of a text that does not parse, those that can be told.
 */
export function kongCredentials(source: string): Secret[] {
  const found: Secret[] = [];
  visit(parseDocument(source), {
    Pair(_, { key, value }) {
      if (!isScalar(key) || !CREDENTIAL.test(String(key.value)) || !isNode(value)) return;
      visit(value, { Scalar: (_, scalar) => void found.push(new Secret(String(scalar.value))) });
    },
  });
  return found;
}

const CREDENTIAL = /^(key|key_alt|apikey|authorization|(.+_)?(secret|password|token)|provision_key)$/i;
