/** What a user should know of a file before trusting a model's answers, in sentences. */
import { haveSameMeaning } from '../classMeaning.js';
import type { ModelCard } from '../modelFile.js';
import type { AssumedField } from './completeCard.js';
import { labelOrderNames, labelOrders } from './labelOrders.js';

/** Where a model comes from. */
export interface Origin {
  /** Who wrote the file. */
  readonly writer: string;
  /** The path as the user named it. */
  readonly source: string;
}

/** One sentence on everything that the file does not say; none when it says all. */
export function describeAssumed(assumed: readonly AssumedField[], { writer, source }: Origin): string[] {
  if (assumed.length === 0) return [];
  const list = (from: AssumedField['from']): string =>
    assumed
      .filter((field) => field.from === from)
      .map(describeField)
      .join('; ');
  const told = list('user');
  return [
    `${source} (${writer}) has no model card. Assumed: ${list('default')}.${told === '' ? '' : ` As told: ${told}.`} ` +
      'If that is not so, the answers are wrong without showing it.',
  ];
}

/** A sentence when a colour model is given grey pictures. */
export function describeColour({ name, inputShape }: ModelCard): string[] {
  return inputShape[2] === 1 ? [] : [`${name} takes colour: it is given grey in all ${inputShape[2]} channels.`];
}

function describeField({ field, value }: AssumedField): string {
  switch (field) {
    case 'classNames': {
      const names = value as readonly string[];
      const order = labelOrderNames.find((known) => haveSameMeaning(labelOrders[known], names));
      return `labels ${names.join(', ')}${order === undefined ? '' : ` (order ${order})`}`;
    }
    case 'inputShape':
      return `input of ${(value as readonly number[]).join('x')}`;
    case 'scaling':
      return `scaling ${String(value)}`;
    case 'resizeFilter':
      return `pictures resized by ${String(value)}`;
  }
}
