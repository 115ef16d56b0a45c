/** Starts a real Chromium without a window, and leaves nothing of it behind. */
import { spawn } from 'node:child_process';
import { accessSync, constants, mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

const names = ['chromium', 'chromium-browser', 'google-chrome'];

/** The browser's program: the environment's CHROMIUM, or the first on PATH; undefined = there is none. */
export function findChromium(): string | undefined {
  if (process.env.CHROMIUM) return process.env.CHROMIUM;
  const folders = (process.env.PATH ?? '').split(delimiter);
  return folders.flatMap((folder) => names.map((name) => join(folder, name))).find(isProgram);
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

export interface Browser {
  /** Rejects with what the browser said when it ends by itself. */
  readonly ended: Promise<never>;
  close(): Promise<void>;
}

/** Opens `url` in a browser of its own, with an empty profile. */
export function openBrowser(program: string, url: string): Browser {
  const profile = mkdtempSync(join(tmpdir(), 'layers-wasm-browser-'));
  const flags = ['--headless=new', '--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--no-first-run'];
  // A group of its own, so that the browser's many processes end together.
  const child = spawn(program, [...flags, `--user-data-dir=${profile}`, url], {
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, HOME: profile },
  });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => (said = (said + chunk.toString()).slice(-2000)));
  const closed = new Promise<void>((resolve) => {
    child.once('error', () => resolve());
    child.once('close', () => resolve());
  });
  const ended = closed.then(() => Promise.reject(new Error(`The browser ended by itself: ${said}`)));
  ended.catch(() => undefined); // it does end, when it is closed
  return {
    ended,
    close: async () => {
      if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, 'SIGKILL');
      await closed;
      await rm(profile, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
    },
  };
}
