/** Who is measured here: the peers that are installed, and our engine with each kind of code that this host runs. */
import type { Command } from './stepServers.js';

/** What a step server is to run. */
export interface ServerOptions {
  /** As in `fer train --arch`. */
  readonly arch: string;
  readonly threads: number;
  readonly batchSize: number;
}

export interface Contestant {
  readonly name: string;
  /** The command of its step server; undefined for an architecture that it has not. */
  readonly command: (options: ServerOptions) => Command | undefined;
}

export interface Contestants {
  /** Ratios refer to these. */
  readonly peers: readonly Contestant[];
  /** Our engine: strict with 128-bit vectors first, then strict with wider ones, then relaxed, where the host has them; then other engines. */
  readonly ours: readonly Contestant[];
}

/** The servers of those that have the architecture, by name. */
export function commandsOf(contestants: readonly Contestant[], options: ServerOptions): Map<string, Command> {
  const commands = new Map<string, Command>();
  for (const { name, command } of contestants) {
    const own = command(options);
    if (own) commands.set(name, own);
  }
  return commands;
}

/** `1 thread`, `2 threads`. */
export function counted(threads: number): string {
  return `${threads} ${threads === 1 ? 'thread' : 'threads'}`;
}
