import { AppError, type Detail } from '../../lib/errors.ts';

/** RFC 8555, 6.7: what an ACME server says of a request, a challenge or an order that it refuses. */
export interface ProblemDocument {
  type?: string;
  detail?: string;
  subproblems?: readonly { type?: string; detail?: string; identifier?: { value?: string } }[];
}

interface Answer {
  status: number;
  /** As it came: JSON, if it says why. */
  data: unknown;
  headers: Readonly<Record<string, unknown>>;
}

/** An answer that refuses. */
export class AcmeProblem extends Error {
  override readonly name = 'AcmeProblem';
  readonly status: number;
  readonly document: ProblemDocument;
  /** Seconds, or a date. */
  readonly retryAfter: string | undefined;

  constructor(status: number, document: ProblemDocument, retryAfter?: string) {
    super(document.detail ?? `HTTP ${status}`);
    this.status = status;
    this.document = document;
    this.retryAfter = retryAfter;
  }

  /** Undefined for an answer that does not refuse; a nonce that was spent does not count, another one is asked for. */
  static of({ status, data, headers }: Answer): AcmeProblem | undefined {
    if (status < 400) return undefined;
    const document = parse(data);
    if (shortType(document) === 'badNonce') return undefined;
    const after = headers['retry-after'];
    return new AcmeProblem(status, document, typeof after === 'string' ? after : undefined);
  }
}

/** A request without an answer. */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer';
  /** As Node names it, such as ECONNREFUSED. */
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/** Runs `work` and translates its failures: acme_refused, acme_rate_limited, acme_unreachable (no answer, or HTTP 5xx). */
export async function translated<T>(directory: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof AppError) throw error;
    if (error instanceof AcmeProblem) throw refusal(directory, error);
    if (error instanceof NoAnswer) throw unreachable(directory, error);
    throw refused(directory, (error as Error).message);
  }
}

/** What became of a challenge or an order, where no request was refused. */
export function refusedFor(directory: string, name: string, problem: ProblemDocument = {}): AppError {
  return refused(directory, `${name}: ${problem.detail ?? 'it does not say why'}`, problem);
}

function refusal(directory: string, { status, message, document, retryAfter }: AcmeProblem): AppError {
  if (status === 429 || shortType(document) === 'rateLimited') {
    const hint = `Repeat the call ${whenTold(retryAfter)}; what was there is still there. To try things out, use a staging directory (ACME_DIRECTORY_URL).`;
    return new AppError('acme_rate_limited', `${hostOf(directory)}: ${message}`, {
      hint,
      ...detailsOf(document, status),
    });
  }
  if (status >= 500) {
    return new AppError('acme_unreachable', `${hostOf(directory)} fails: HTTP ${status}: ${message}`);
  }
  return refused(directory, message, document, status);
}

function refused(directory: string, what: string, document: ProblemDocument = {}, status?: number): AppError {
  const type = shortType(document);
  // Of a request it means the account, not the proof.
  const hint = type === 'unauthorized' && status !== undefined ? undefined : hints[type];
  return new AppError('acme_refused', `${hostOf(directory)} refused. ${what}`, {
    ...(hint ? { hint } : {}),
    ...detailsOf(document, status),
  });
}

const hints: Record<string, string> = {
  ...Object.fromEntries(
    ['dns', 'unauthorized', 'incorrectResponse'].map((type) => [
      type,
      'It asks the name servers that the registrar of the domain names: they must be those of the hosted zone, which GET /aws/route53/hosted-zones tells.',
    ]),
  ),
  caa: 'A CAA record of the domain names other authorities: GET /aws/route53/records shows it.',
  invalidContact: 'Give an email address that receives mail; example.com is refused.',
};

function unreachable(directory: string, { code, message }: NoAnswer): AppError {
  const untrusted = /CERT|SIGNATURE|ALTNAME/.test(code);
  const seen = code === 'ECONNABORTED' || code === '' ? message : code;
  return new AppError('acme_unreachable', `No answer from ${directory}: ${seen}.`, {
    ...(untrusted
      ? { hint: 'Its certificate is not trusted here: ACME_CA_FILE names a file with the one that signed it.' }
      : {}),
  });
}

function detailsOf(document: ProblemDocument, status?: number): { details?: Detail[] } {
  const { type, detail, subproblems = [] } = document;
  if (type === undefined && subproblems.length === 0) return {};
  const http_status = status === undefined ? {} : { http_status: status };
  return {
    details: [
      { message: detail ?? '', type: shortType(document), ...http_status },
      ...subproblems.map((one) => ({
        message: one.detail ?? '',
        type: shortType(one),
        name: one.identifier?.value ?? null,
      })),
    ],
  };
}

function parse(data: unknown): ProblemDocument {
  try {
    const document: unknown = JSON.parse(String(data));
    return typeof document === 'object' && document !== null ? document : {};
  } catch {
    return {};
  }
}

/** `rateLimited` of `urn:ietf:params:acme:error:rateLimited`. */
function shortType({ type = '' }: ProblemDocument): string {
  return type.slice(type.lastIndexOf(':') + 1);
}

function whenTold(retryAfter: string | undefined): string {
  if (retryAfter === undefined) return 'later';
  return /^\d+$/.test(retryAfter) ? `in ${retryAfter} s` : `after ${retryAfter}`;
}

function hostOf(directory: string): string {
  return URL.parse(directory)?.host ?? directory;
}
