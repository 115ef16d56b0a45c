/** Step servers in processes of their own, one call at a time in turn, so that a noisy machine slows all alike. */
import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';

/** `s` a training step, `i` inference of a batch, `1` of one image. */
export type Action = 's' | 'i' | '1';

/** What to start: a program with arguments, or one line for the shell. */
export type Command = readonly [program: string, ...arguments_: string[]] | string;

/** Between two calls, in ms: what a call leaves behind (spinning threads, timers) should not fall into the next one's time. */
const pause = 30;

/** Not measured, once per action. */
const warmUp = 4;

export class StepServer {
  private readonly lines: AsyncIterator<string, undefined>;
  private readonly closed: Promise<void>;
  private errors = '';

  private constructor(
    readonly name: string,
    private readonly child: ChildProcessByStdio<Writable, Readable, Readable>,
  ) {
    this.lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]() as AsyncIterator<string, undefined>;
    this.closed = new Promise((resolve) => child.once('close', () => resolve()));
    child.stderr.setEncoding('utf8').on('data', (text: string) => this.note(text));
    child.once('error', ({ message }) => this.note(message));
    // Writing to a server that has ended is told by the line that does not come.
    child.stdin.on('error', () => undefined);
  }

  /** Starts a server and waits until it is ready. Throws what it said when it ends before. */
  static async start(name: string, command: Command): Promise<StepServer> {
    const child =
      typeof command === 'string'
        ? spawn(command, { shell: true, stdio: 'pipe' })
        : spawn(command[0], command.slice(1), { stdio: 'pipe' });
    const server = new StepServer(name, child);
    while ((await server.nextLine()) !== 'ready');
    return server;
  }

  /** Milliseconds of one call. */
  async ask(action: Action): Promise<number> {
    this.child.stdin.write(`${action}\n`);
    return Number(await this.nextLine());
  }

  stop(): void {
    this.child.stdin.end('q\n');
  }

  private note(text: string): void {
    this.errors = (this.errors + text).slice(-2000);
  }

  private async nextLine(): Promise<string> {
    const { value } = await this.lines.next();
    if (value !== undefined) return value.trim();
    await this.closed;
    throw new Error(`The step server "${this.name}" has ended. It said: ${this.errors.trim() || 'nothing'}`);
  }
}

/**
 * What goes before the measured calls. Of one image, V8 would have to see hundreds before it compiled the code a second time; a batch
 * runs the same code.
 */
const warmUpActions: Readonly<Record<Action, Action>> = { s: 's', i: 'i', '1': 'i' };

/** Milliseconds of each call by the server's name: `rounds` calls each, one server after the other. */
export async function measureInTurn(
  servers: readonly StepServer[],
  { action, rounds }: { readonly action: Action; readonly rounds: number },
): Promise<Map<string, number[]>> {
  const times = new Map(servers.map(({ name }) => [name, [] as number[]]));
  for (let round = -warmUp; round < rounds; round++) {
    for (const server of servers) {
      await sleep(pause);
      const milliseconds = await server.ask(round < 0 ? warmUpActions[action] : action);
      if (round >= 0) times.get(server.name)!.push(milliseconds);
    }
  }
  return times;
}

/** Starts the servers one after the other, hands them to `use` and stops them whatever happens. */
export async function withServers<T>(
  commands: ReadonlyMap<string, Command>,
  use: (servers: readonly StepServer[]) => Promise<T>,
): Promise<T> {
  const servers: StepServer[] = [];
  try {
    for (const [name, command] of commands) servers.push(await StepServer.start(name, command));
    return await use(servers);
  } finally {
    for (const server of servers) server.stop();
  }
}
