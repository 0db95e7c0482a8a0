import type { FastifyBaseLogger } from 'fastify';
import type { ReadRows } from './reading.ts';

/** Who asks, as logs and peers are told. */
export interface Caller {
  log: FastifyBaseLogger;
  /** To be passed on to peers, so that a request can be followed through all of them. */
  requestId: string;
}

/** What a handler gets besides its input. */
export interface RequestContext extends Caller {
  /** For rows that may be many or long, once in a request: what room they take is given back when the answer has been sent. */
  readRows: ReadRows;
}

/** One function for each operationId of generated types (`operations` of openapi-typescript). */
export type Handlers<Operations> = {
  [Id in keyof Operations]: (input: Input<Operations[Id]>, context: RequestContext) => Promise<Reply<Operations[Id]>>;
};

export interface Input<Operation> {
  params: ParametersOf<Operation, 'path'>;
  query: ParametersOf<Operation, 'query'>;
  body: BodyOf<Operation>;
}

/** An answer of success; failures are thrown as ServiceErrors. */
export type Reply<Operation> = Operation extends { responses: infer Responses }
  ? { [Status in keyof Responses & Success]: ReplyWith<Status, Responses[Status]> }[keyof Responses & Success]
  : never;

type Success = 200 | 201 | 204;

type ReplyWith<Status, Response> = Response extends { content: infer Content }
  ? { status: Status; body: Content[keyof Content]; headers?: Record<string, string> }
  : { status: Status };

type ParametersOf<Operation, Place extends string> = Operation extends { parameters: infer Parameters }
  ? Place extends keyof Parameters
    ? NonNullable<Parameters[Place]>
    : Record<string, never>
  : Record<string, never>;

type BodyOf<Operation> = Operation extends { requestBody: { content: { 'application/json': infer Body } } }
  ? Body
  : undefined;
