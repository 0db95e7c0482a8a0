import type { FastifyBaseLogger } from 'fastify';
import type { Weight } from './room.ts';

/** Who asks, as logs and peers are told. */
export interface Caller {
  log: FastifyBaseLogger;
  /** To be passed on to peers, so that a request can be followed through all of them. */
  requestId: string;
}

/** What a handler gets besides its input. */
export interface RequestContext extends Caller {
  /**
   * To be called before rows are read that may be many or long, once in a request: waits until memory has room for them, which
   * is given back when the answer has been sent. @throws {ServiceError} 413 too_large, 503 busy
   */
  makeRoom(weight: Weight): Promise<void>;
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
