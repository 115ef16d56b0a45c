/** Looks at PrivateTest are counted, and the user hears of it. */
import { printRemark, type OutputOptions } from './output.js';

/** Remembers this look beside the model at `model`, tells and returns its number. */
export async function countLook(model: string, output: OutputOptions): Promise<number> {
  const { recordPrivateTestLook } = await import('../src/eval/privateTestLog.js');
  const { count, warning } = await recordPrivateTestLook(model);
  const times = count === 1 ? 'for the first time' : `${count} times`;
  printRemark(`This model has been looked at on PrivateTest ${times}.`, output);
  if (warning !== undefined) printRemark(`warning: ${warning}`, output);
  return count;
}
