/** Damages a model: any of its bytes, or one layer deeper, so that the damage gets past checksums and parsers. */
import { archiveMembers } from '../../src/model/formats/keras/archiveLayout.js';
import { readZipMembers } from '../../src/model/formats/keras/zipMembers.js';
import type { Random } from '../../src/random.js';
import { zip } from '../model/formats/keras/zipArchive.js';
import { mutateBytes } from './mutateBytes.js';
import { mutateJson } from './mutateJson.js';
import type { Files, Seed } from './seedFiles.js';

/** The files of `seed` with random damage. */
export async function damage(seed: Seed, random: Random): Promise<Files> {
  const [[name, bytes]] = [...seed.files] as [[string, Uint8Array]];
  switch (seed.format) {
    case 'keras-h5':
      return new Map([[name, random.integer(3) === 0 ? mutateJsonWithin(bytes, random) : mutateBytes(bytes, random)]]);
    case 'keras':
      return new Map([
        [name, random.integer(3) === 0 ? mutateBytes(bytes, random) : await mutateMember(bytes, random)],
      ]);
    case 'layers':
      return mutateOneFile(seed.files, random);
  }
}

/** `bytes` with one of the JSON texts in them mutated, padded with spaces to its old length. Bytes are mutated where it grew. */
function mutateJsonWithin(bytes: Uint8Array, random: Random): Uint8Array {
  const texts = [
    ...Buffer.from(bytes)
      .toString('latin1')
      .matchAll(/\{"[\x20-\x7e]*\}/g),
  ];
  const { 0: text, index } = texts[random.integer(texts.length)] ?? { 0: '{}', index: 0 };
  for (let attempt = 0; attempt < 5; attempt++) {
    const mutated = mutateJson(text, random);
    if (mutated.length > text.length) continue;
    const copy = Buffer.from(bytes);
    copy.write(mutated.padEnd(text.length), index, 'latin1');
    return copy;
  }
  return mutateBytes(bytes, random);
}

const everyMember = Object.fromEntries(Object.values(archiveMembers).map((name) => [name, 1e6]));

/** The archive made anew, with right checksums, around one member that is damaged, gone or double. */
async function mutateMember(bytes: Uint8Array, random: Random): Promise<Uint8Array> {
  const members = [...(await readZipMembers(bytes, everyMember, 'seed'))];
  const at = random.integer(members.length);
  const [name, content] = members[at]!;
  const kind = random.integer(20);
  if (kind === 0) members.splice(at, 1);
  else if (kind === 1) members.push([name, content]);
  else members[at] = [name, name.endsWith('.json') ? mutateText(content, random) : mutateBytes(content, random)];
  return zip(members, random.integer(4) === 0);
}

function mutateOneFile(files: Files, random: Random): Files {
  const names = [...files.keys()];
  const name = random.integer(4) === 0 ? names[random.integer(names.length)]! : names[0]!;
  const content = files.get(name)!;
  const mutated = name.endsWith('.json') ? mutateText(content, random) : mutateBytes(content, random);
  return new Map(files).set(name, mutated);
}

/** JSON that says something else, or sometimes JSON with damaged bytes. */
function mutateText(json: Uint8Array, random: Random): Uint8Array {
  if (random.integer(8) === 0) return mutateBytes(json, random);
  return Buffer.from(mutateJson(Buffer.from(json).toString(), random));
}
