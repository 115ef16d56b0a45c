/** Where time goes: the work of a program in slots, each marked by a call out of the module where it ends. */
import { i32 } from '../assembler/expression.js';
import type { FunctionBuilder } from '../assembler/functionBuilder.js';
import type { ModuleBuilder } from '../assembler/moduleBuilder.js';
import type { Work } from './node.js';

/** Name of the imported function: its argument is the slot that the time since the last call belongs to. */
export const markName = 'mark';

/** The slot of what happens outside of programs. */
export const outsideSlot = 0;

/** Work that belongs to no layer. */
export const otherWork = (kernel: string): Work => ({ layer: '', pass: 'backward', kernel, flops: 0 });

/** `maxPooling` as people write it: `max pooling`. */
const inWords = (kind: string): string => kind.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);

/** Numbers the kinds of work and emits the marks; without a profile it emits nothing. */
export class ProfileMarks {
  /** By slot. Flops are per sample, of all marks of a slot together in one program. */
  readonly slots: Work[] = [otherWork('outside')];
  private readonly numbers = new Map<string, number>();
  /** By slot, in the program whose stages are being emitted. */
  private readonly flops = new Map<number, number>();

  constructor(
    private readonly module: ModuleBuilder,
    readonly enabled: boolean,
  ) {}

  /** What is marked from here on belongs to another program. */
  beginProgram(): void {
    this.flops.clear();
  }

  /** In `f`, the work that was under way ends. */
  mark(f: FunctionBuilder, work: Work): void {
    if (!this.enabled) return;
    const slot = this.slotOf(work);
    const flops = (this.flops.get(slot) ?? 0) + work.flops;
    this.flops.set(slot, flops);
    const known = this.slots[slot]!;
    this.slots[slot] = { ...known, flops: Math.max(flops, known.flops) };
    f.call(this.module.imported(markName), i32.constant(slot));
  }

  /** In `f`, what is under way is not part of the program. */
  beginStep(f: FunctionBuilder): void {
    if (this.enabled) f.call(this.module.imported(markName), i32.constant(outsideSlot));
  }

  private slotOf(work: Work): number {
    const kernel = inWords(work.kernel);
    const key = `${work.layer}|${work.pass}|${kernel}`;
    const known = this.numbers.get(key);
    if (known !== undefined) return known;
    this.slots.push({ ...work, kernel });
    this.numbers.set(key, this.slots.length - 1);
    return this.slots.length - 1;
  }
}
