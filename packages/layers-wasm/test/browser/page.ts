/** The script of the test page: reports from the page's main thread, then lets a module worker report. */
import { report } from './report.js';

/** Sends what was found to the server of this page. */
export async function send(place: 'page' | 'worker', content: unknown): Promise<void> {
  await fetch(`/report/${place}`, { method: 'POST', body: JSON.stringify(content) });
}

if (typeof document === 'object') {
  await send('page', await report());
  new Worker(new URL('./pageWorker.js', import.meta.url), { type: 'module' });
}
