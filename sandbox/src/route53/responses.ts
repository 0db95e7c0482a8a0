import type { Settings } from '../settings.ts';
import type { Route53State } from './models.ts';

export interface Route53Options {
  state: Route53State;
  settings: Settings;
  /** Called after each change of the state. */
  changed: () => void;
}

/** An answer before it is XML: the root element's name, and what it holds. */
export interface Response {
  status?: number;
  location?: string;
  root: string;
  content: object;
}

export interface Asked {
  /** Of the zone or change that the path names. */
  id: string;
  query: URLSearchParams;
  body: string;
}
