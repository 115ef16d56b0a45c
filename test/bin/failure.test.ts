/** Which exit code an error ends with. */
import { CommanderError, InvalidArgumentError } from 'commander';
import { describe, expect, test } from '@jest/globals';
import { exitCodeOf, Interrupted, PartialFailure } from '../../bin/failure.js';
import { FerError } from '../../src/errors.js';

describe('exitCodeOf', () => {
  test.each<[string, unknown, number]>([
    ['help that was asked for', new CommanderError(0, 'commander.helpDisplayed', ''), 0],
    ['an unknown option', new CommanderError(1, 'commander.unknownOption', ''), 2],
    ['a value that is no number', new InvalidArgumentError('Expected a number.'), 2],
    ['a setting out of range', new FerError('CONFIG_INVALID', 'epochs: ...'), 2],
    ['a missing file', new FerError('DATA_NOT_FOUND', 'Expected a CSV file'), 1],
    ['some bad pictures', new PartialFailure(), 1],
    ['Ctrl-C', new Interrupted(), 130],
    ['anything else: a bug', new TypeError('x is not a function'), 70],
    ['a thrown string: a bug', 'oops', 70],
  ])('%s', (_what, error, code) => {
    expect(exitCodeOf(error)).toBe(code);
  });
});
