import { expect, test } from '@jest/globals';
import { FerError } from '../src/errors.js';

test('messages stay one line without anything that a terminal obeys', () => {
  const quoted = 'Expected a layer, got "\u001b[2Jone\r\ntwo\u0000\u009b31m\u2028three\u2029".';
  expect(new FerError('MODEL_INVALID', quoted).message).toBe('Expected a layer, got "?[2Jone??two??31m?three?".');
  expect(new FerError('MODEL_NOT_FOUND', 'ordner/Gefühle 表情.h5: no such file.').message).toBe(
    'ordner/Gefühle 表情.h5: no such file.',
  );
});
