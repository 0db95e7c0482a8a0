import type { Entity } from '../../schema.ts';
import type { Answer } from '../answers.ts';
import type { Configuration, PluginEntry } from '../configuration.ts';
import type { Exchange } from '../exchange.ts';
import type { Memory } from '../memory.ts';

/** A plugin that the proxy serves. A new one is a file here and a line in index.ts. */
export interface Plugin {
  /** Of Kong's: those with the greater run first. */
  priority: number;
  /** Why this configuration of it is not served, by field; it fits Kong's schema. */
  unserved?(config: Entity): Readonly<Record<string, string>>;
  /** Called once for each entry of a configuration that is loaded. */
  create(config: Entity, more: Context): Phases;
}

export interface Context {
  entry: PluginEntry;
  configuration: Configuration;
  /** What outlives a configuration. */
  memory: Memory;
}

export interface Phases {
  /** Before the service is asked; gives an answer where it shall not be. */
  access?(exchange: Exchange): Answer | undefined | Promise<Answer | undefined>;
  /** Before the head of any answer is sent. */
  header?(exchange: Exchange): void;
  /** When the answer was sent. */
  log?(exchange: Exchange): void;
}

/** For `unserved`: those of these fields whose value is set and not one of those served. */
export function only(config: Entity, served: Readonly<Record<string, readonly unknown[]>>): Record<string, string> {
  const others = Object.entries(served).filter(([field, values]) => {
    const value = config[field];
    return value !== undefined && value !== null && !values.includes(value);
  });
  return Object.fromEntries(others.map(([field]) => [field, NOT_SERVED]));
}

export const NOT_SERVED = 'not served by this stand-in for Kong';
