/** The one line that `--engine auto` says of its choice. */
import type { EngineProbe } from './engineProbe.js';
import type { GpuHardware, GpuSearch } from './gpuHardware.js';

export interface ChoiceGrounds {
  /** The faster engines that were asked first and cannot run on a GPU here. */
  readonly refused: readonly EngineProbe[];
  readonly gpus: GpuSearch;
}

/** What was taken, why, and what would make it faster where something would. */
export function remarkOnChoice({ engine, device, hardwareGpu }: EngineProbe, grounds: ChoiceGrounds): string {
  const where = device === undefined ? '' : ` on ${device}`;
  const taken = `Engine ${engine}${where}`;
  if (engine === 'cuda') return `${taken}.`;
  const gpu = grounds.gpus.gpus.find((one) => one.vendor === 'NVIDIA' || !hardwareGpu);
  if (gpu === undefined) return hardwareGpu ? `${taken}.` : `${taken}: there is no GPU here.`;
  return `${taken}: ${adviceOn(gpu, grounds)}`;
}

/** What keeps the best engine for `gpu` from running. */
function adviceOn({ vendor, reachable }: GpuHardware, { refused, gpus }: ChoiceGrounds): string {
  const article = vendor === 'AMD' || vendor === 'Intel' || vendor === 'Apple' ? 'an' : 'a';
  const here = vendor === 'NVIDIA' ? 'an NVIDIA GPU is here' : `${article} ${vendor ?? ''} GPU is here`.replace('  ', ' ');
  if (!reachable) {
    const given = gpus.nvidiaDriver === undefined ? '/dev/dri' : '/dev/nvidia0';
    return `${here}, but not for this process: a container needs to be given it (${given}).`;
  }
  const wanted = vendor === 'NVIDIA' ? 'cuda' : 'webgpu';
  const probe = refused.find(({ engine }) => engine === wanted);
  const [first] = probe?.problems ?? [];
  if (first === undefined) return `${here}; "fer doctor" tells more.`;
  const command = /fer engine install \w+/.exec(first.remedy)?.[0];
  if (command !== undefined) return `${here}; \`${command}\` would use it.`;
  return `${here}, but engine ${wanted} cannot run: ${first.problem} ${first.remedy}`;
}
