/** What pip's own words mean; the texts are those of pip 23.2 and 25. */
import { describe, expect, test } from '@jest/globals';
import { pipFailure } from '../../../src/engine/install/pipFailure.js';

const missing = (versions: string): string =>
  `ERROR: Could not find a version that satisfies the requirement tensorflow-cpu==2.99.0 (from versions: ${versions})\n` +
  'ERROR: No matching distribution found for tensorflow-cpu==2.99.0\n';

const retry =
  "WARNING: Retrying (Retry(total=0, connect=None, read=None, redirect=None, status=None)) after connection broken by 'NewConnectionError(" +
  "'<pip._vendor.urllib3.connection.HTTPSConnection object at 0x7f>: Failed to establish a new connection: [Errno -2] Name or service not known')'\n";

describe('pipFailure', () => {
  test('another version is missing: those that there are stand in the line', () => {
    const { kind, line } = pipFailure(missing('2.20.0, 2.21.0'));
    expect(kind).toBe('no such version');
    expect(line).toBe(
      'Could not find a version that satisfies the requirement tensorflow-cpu==2.99.0 (from versions: 2.20.0, 2.21.0)',
    );
  });

  test('no version at all is for want of a wheel, or of a network', () => {
    expect(pipFailure(missing('none')).kind).toBe('no wheel');
    expect(pipFailure(retry + missing('none'))).toMatchObject({
      kind: 'network',
      remedy: expect.stringContaining('HTTPS_PROXY'),
    });
    // One of several indexes that does not answer is no matter when another one has versions.
    expect(pipFailure(retry + missing('2.21.0')).kind).toBe('no such version');
  });

  test('a download that breaks off is the network', () => {
    const stderr = "pip._vendor.urllib3.exceptions.ReadTimeoutError: HTTPSConnectionPool(host='x'): Read timed out.\n";
    expect(pipFailure(stderr)).toMatchObject({ kind: 'network' });
  });

  test('anything else is told by the last error', () => {
    const stderr =
      'WARNING: a warning\nERROR: Could not install packages due to an OSError: [Errno 13] Denied\n  hint\n';
    expect(pipFailure(stderr)).toMatchObject({
      kind: 'other',
      line: 'Could not install packages due to an OSError: [Errno 13] Denied',
    });
    expect(pipFailure('').line).toBe('it printed nothing.');
  });
});
