/** The engine in a real browser: the same bits as in Node, with and without threads. */
import { describe, expect, test } from '@jest/globals';
import { narrowMiniXception } from '../networks.js';
import { trainedNumbers } from '../trainedNumbers.js';
import { findChromium, openBrowser } from './chromium.js';
import { servePage } from './pageServer.js';
import type { Report } from './report.js';

const program = findChromium();
/** A browser takes seconds to start, on a busy machine many. */
const timeLimitMs = 180_000;

/** What the page and its worker report. */
async function visit(options: { isolated: boolean }): Promise<Record<'page' | 'worker', Report>> {
  const server = await servePage(options);
  const browser = openBrowser(program!, server.url);
  try {
    const reports = Promise.all([server.reports.page, server.reports.worker]);
    const [page, worker] = await Promise.race([reports, browser.ended]);
    return { page, worker };
  } finally {
    await browser.close();
    await server.close();
  }
}

if (program) {
  describe('in Chromium', () => {
    test(
      'cross-origin isolated: threads in a worker, one on the page',
      async () => {
        const { page, worker } = await visit({ isolated: true });
        expect([page.isolated, worker.isolated]).toEqual([true, true]);
        expect(worker.outcomes.default.workers).toBe(worker.processors - 1);
        expect(worker.outcomes.twoThreads.workers).toBe(1);
        expect(page.outcomes.default.workers).toBe(0);
        await expectNumbersOfNode([worker, page]);
        expect(worker.outcomes.twoThreads.numbers).toEqual(worker.outcomes.default.numbers);
        expect(page.outcomes.twoThreads.error).toEqual({
          code: 'THREADS_UNAVAILABLE',
          message: expect.stringMatching(/main thread.*module worker/),
        });
      },
      timeLimitMs,
    );

    test(
      'not isolated: one thread everywhere, and the reason for it',
      async () => {
        const { page, worker } = await visit({ isolated: false });
        expect([page.isolated, worker.isolated]).toEqual([false, false]);
        await expectNumbersOfNode([worker, page]);
        for (const { outcomes } of [page, worker]) {
          expect(outcomes.default.workers).toBe(0);
          expect(outcomes.twoThreads.error).toEqual({
            code: 'THREADS_UNAVAILABLE',
            message: expect.stringMatching(/Cross-Origin-Opener-Policy.*Cross-Origin-Embedder-Policy.*threads: 1/),
          });
        }
      },
      timeLimitMs,
    );
  });
} else {
  test.skip('in Chromium (skipped: none on PATH and CHROMIUM is not set)', () => undefined);
}

/** The same bits: predictions and trained weights, with vectors and without. */
async function expectNumbersOfNode(reports: readonly Report[]): Promise<void> {
  const expected = [...(await trainedNumbers(narrowMiniXception, { threads: 1 }))];
  for (const { outcomes } of reports) {
    for (const { numbers, error } of [outcomes.default, outcomes.scalar]) {
      expect(error).toBeUndefined();
      expect(numbers).toEqual(expected);
    }
  }
}
