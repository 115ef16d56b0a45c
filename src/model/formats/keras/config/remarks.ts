/** What a reader should know although the network runs: collected layer by layer, told once. */

/** How many layers a remark names before it only counts. */
const named = 3;

export class Remarks {
  private readonly layers = new Map<string, string[]>();

  /** `remark` is a sentence about `layer` without its end: `trainable false is not kept`. */
  add(remark: string, layer: string): void {
    const known = this.layers.get(remark);
    if (known === undefined) this.layers.set(remark, [layer]);
    else known.push(layer);
  }

  /** One text per remark, with the names of its layers: `trainable false is not kept (conv2d_1, conv2d_2)`. */
  texts(): string[] {
    return [...this.layers].map(([remark, layers]) => {
      const more = layers.length > named ? ` and ${layers.length - named} more` : '';
      return `${remark} (${layers.slice(0, named).join(', ')}${more})`;
    });
  }
}
