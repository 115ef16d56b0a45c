/** The layout of the confusion matrix in a terminal. */
import { expect, test } from '@jest/globals';
import { confusionMatrixText } from '../../src/eval/confusionMatrixText.js';

test('captions rows and columns and aligns the counts under their class', () => {
  const matrix = [
    [265, 9],
    [1019, 28],
  ];
  expect(confusionMatrixText(matrix, ['angry', 'joy'])).toBe(
    [
      '      |  predicted',
      ' true |  angry  joy',
      '------+------------',
      'angry |    265    9',
      '  joy |   1019   28',
      '',
    ].join('\n'),
  );
});
