/** Who is measured here: the peers that are installed, and our engine with each kind of code that this host runs. */
import type { Command } from './stepServers.js';
import { findPeers } from './peers.js';
import { findVariants } from './variants.js';

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
  /** In order; ratios refer to these. */
  readonly peers: readonly Contestant[];
  /** Our engine: strict with 128-bit vectors first, then strict with wider ones, then relaxed, where the host has them. */
  readonly ours: readonly Contestant[];
  /** Versions, what is left out and how to get it, in lines. */
  readonly remarks: readonly string[];
}

export async function findContestants(): Promise<Contestants> {
  const peers = findPeers();
  const variants = await findVariants();
  return { peers: peers.found, ours: variants.found, remarks: [...peers.remarks, ...variants.remarks] };
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
