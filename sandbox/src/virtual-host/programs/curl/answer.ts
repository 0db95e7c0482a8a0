/** What came of a request. */
export interface Answer {
  /** curl's own exit code. */
  exit: number;
  /** 0 where nothing answered. */
  status: number;
  body: string;
  complaint?: string;
}

export function failed(exit: number, complaint: string): Answer {
  return { exit, status: 0, body: '', complaint };
}

export function refused(host: string, port: number): Answer {
  return failed(7, `Failed to connect to ${host} port ${port} after 0 ms: Couldn't connect to server`);
}
