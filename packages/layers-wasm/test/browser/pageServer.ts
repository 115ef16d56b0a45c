/** A server of the compiled package and of one page, which collects what that page reports. */
import { EventEmitter, once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Report } from './report.js';

/** The compiled package: dist. */
const root = fileURLToPath(new URL('../..', import.meta.url));
const page =
  '<!doctype html><meta charset="utf-8"><title>test</title><script type="module" src="/test/browser/page.js"></script>';
const isolation = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
};

export interface PageServer {
  readonly url: string;
  /** What the page and its worker report. */
  readonly reports: Readonly<Record<'page' | 'worker', Promise<Report>>>;
  close(): Promise<void>;
}

/** Listens at a free port of this machine. `isolated` pages may share memory between threads. */
export async function servePage({ isolated }: { isolated: boolean }): Promise<PageServer> {
  const arrivals = new EventEmitter();
  const reportOf = async (place: 'page' | 'worker'): Promise<Report> => {
    const [report] = (await once(arrivals, place)) as [Report];
    return report;
  };
  const reports = { page: reportOf('page'), worker: reportOf('worker') };
  const server = createServer((request, response) => {
    void answer(request, response).catch(() => response.writeHead(404).end());
  });

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const headers = isolated ? isolation : {};
    const path = normalize(request.url!.split('?')[0]!);
    const place = /^\/report\/(page|worker)$/.exec(path)?.[1] as 'page' | 'worker' | undefined;
    if (place) {
      arrivals.emit(place, JSON.parse(await bodyOf(request)));
      response.writeHead(204, headers).end();
    } else if (path === '/') {
      response.writeHead(200, { ...headers, 'Content-Type': 'text/html' }).end(page);
    } else {
      const script = await readFile(join(root, path));
      response.writeHead(200, { ...headers, 'Content-Type': 'text/javascript' }).end(script);
    }
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    reports,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts).toString();
}
