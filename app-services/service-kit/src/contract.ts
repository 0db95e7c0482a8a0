import type { FastifyBaseLogger } from 'fastify';

/** What a handler gets besides its input. */
export interface RequestContext {
  log: FastifyBaseLogger;
  /** To be passed on to peers, so that a request can be followed through all of them. */
  requestId: string;
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
