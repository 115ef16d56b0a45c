/** The one line that `--engine auto` says of its choice. */
import type { EngineProbe } from './engineProbe.js';
import type { GpuHardware, GpuSearch } from './gpuHardware.js';

export interface ChoiceGrounds {
  /** The faster engines that were asked first and cannot run on a GPU here. */
  readonly refused: readonly EngineProbe[];
  readonly gpus: GpuSearch;
}

/** What was taken, why, and what would make it faster where something would. */
export function remarkOnChoice(probe: EngineProbe, grounds: ChoiceGrounds): string {
  const { engine, device, hardwareGpu } = probe;
  const taken = `Engine ${engine}${device === undefined ? '' : ` on ${device}`}`;
  const { gpus } = grounds.gpus;
  // On a GPU already, only NVIDIA's have an engine that is faster.
  const better = hardwareGpu ? gpus.filter(({ vendor }) => engine !== 'cuda' && vendor === 'NVIDIA') : gpus;
  const gpu = better.find(({ reachable }) => reachable) ?? better[0];
  if (gpu !== undefined) return `${taken}: ${adviceOn(gpu, grounds)}`;
  if (hardwareGpu) return `${taken}.`;
  return `${taken}: there is no GPU here.${probe.faster === undefined ? '' : ` ${probe.faster}`}`;
}

/** What keeps the best engine for this GPU from running. */
function adviceOn({ vendor, reachable }: GpuHardware, { refused, gpus }: ChoiceGrounds): string {
  const here = `${vendor === undefined ? 'a' : `an ${vendor}`} GPU is here`;
  if (!reachable) return `${here}, ${whyUnreachable(vendor, gpus)}.`;
  const wanted = vendor === 'NVIDIA' ? 'cuda' : 'webgpu';
  const [first] = refused.find(({ engine }) => engine === wanted)?.problems ?? [];
  if (first === undefined) return `${here}; \`fer doctor\` tells more.`;
  // One that is installed already, and is to be installed anew, has more to tell.
  const command = /fer engine install \w+\b(?! --force)/.exec(first.remedy)?.[0];
  if (command !== undefined) return `${here}; \`${command}\` would use it.`;
  return `${here}, but engine ${wanted} cannot run: ${first.problem} ${first.remedy}`;
}

/** Containers see a GPU in files of the system, and use it through device files that they have to be given. */
export function whyUnreachable(vendor: GpuHardware['vendor'], { nvidiaDriver }: GpuSearch): string {
  if (vendor !== 'NVIDIA')
    return 'but there is no /dev/dri/renderD128: install its driver, or give the container /dev/dri';
  if (nvidiaDriver === undefined) return "but not NVIDIA's driver: install it";
  return 'but there is no /dev/nvidia0: start the container with the GPU (docker run --gpus all)';
}
