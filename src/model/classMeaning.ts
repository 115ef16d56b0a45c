/** One vocabulary for what data sets and models call the same expression. */

/** By the name that FER-2013 and AffectNet's contempt give a class, what else it is called. */
const synonyms: readonly (readonly [meaning: string, ...others: string[]])[] = [
  ['angry', 'anger'],
  ['disgust', 'disgusted'],
  ['fear', 'fearful'],
  ['happy', 'happiness'],
  ['sad', 'sadness'],
  ['surprise', 'surprised'],
  ['neutral'],
  ['contempt'],
];

const meanings = new Map(synonyms.flatMap((names) => names.map((name) => [name, names[0]] as const)));

/** What a class name stands for, whatever its capitals: `Happiness` is `happy`. A name outside the vocabulary stands for itself. */
export function classMeaning(name: string): string {
  const plain = name.trim().toLowerCase();
  return meanings.get(plain) ?? plain;
}

/** Whether two lists name the same classes in the same order. */
export function haveSameMeaning(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((name, i) => classMeaning(name) === classMeaning(other[i]!));
}
