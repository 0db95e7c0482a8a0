import type { IncomingHttpHeaders } from 'node:http';

export interface CloudRequest {
  method: string;
  /** As it was asked for; host and port mean nothing. */
  url: URL;
  headers: IncomingHttpHeaders;
  body: string;
}

export interface CloudReply {
  status: number;
  headers?: Readonly<Record<string, string>>;
  body: string;
}

/** A service that the cloud speaks for, on the service's own wire. */
export interface CloudService {
  /** Whether a request is for this service, by what is on its wire. */
  matches(request: CloudRequest): boolean;
  /** What is asked for, by the name under which it is counted and faults hit it. May throw what `failure` renders. */
  operation(request: CloudRequest): string;
  answer(request: CloudRequest): Promise<CloudReply>;
  /** The answer that says so, for errors of the service's own; others are faults of ours and say no more than that. */
  failure(error: unknown): CloudReply;
  /** The error with which the service itself would refuse. */
  played(fault: 'throttled' | 'service_error' | 'access_denied', operation: string): Error;
  /** Forgets everything, as in a cloud just started. */
  clear(): Promise<void>;
}
