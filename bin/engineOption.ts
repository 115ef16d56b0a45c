/** `--engine` of every command that computes. */
import { Option } from 'commander';
import { engineChoices, type EngineChoice } from '../src/engine/engineNames.js';

/** What stands in the tables of flags. */
export const engineFlag = {
  flags: '--engine <name>',
  description: 'what computes; auto: a GPU if one can be used, else wasm (see fer doctor)',
  choices: engineChoices,
} as const;

/**
 * The option of the commands that only predict. Its default is `wasm`: it is ready in a fraction of the time that a GPU's libraries take
 * to load, and done before them but for very many pictures.
 */
export function engineOption(): Option {
  const { flags, description, choices } = engineFlag;
  return new Option(flags, description).choices(choices).default('wasm' satisfies EngineChoice);
}
