/** Average pooling and its gradient. */
import { f32x4, i32 } from '../assembler/expression.js';
import type { FunctionBuilder } from '../assembler/functionBuilder.js';
import type { ModuleBuilder } from '../assembler/moduleBuilder.js';
import { eachTap, eachWindow, poolingKey, type PoolingGeometry } from './poolingWindows.js';

/** The mean of each window's pixels that lie inside. Arguments: input, output, count. */
export function averagePoolingKernel(module: ModuleBuilder, geometry: PoolingGeometry): FunctionBuilder {
  return module.kernel(`average pooling ${poolingKey(geometry)}`, 3, (f) => {
    const lanes = module.vectorsTogether(geometry.input.pixel);
    eachWindow(f, { ...geometry, count: f.argument(2), lanes }, (at) => {
      const sums = lanes.map(() => f.local('v128'));
      eachTap(f, { ...at, layouts: [geometry.input] }, ([offset], first) => {
        const address = f.let(i32.add(at.input, offset!.value));
        sums.forEach((sum, lane) => {
          const value = f32x4.load(address, lane * 16);
          f.set(sum, first ? value : f32x4.add(sum, value));
        });
      });
      const share = f.let(f32x4.constant(1 / (at.rows * at.columns)));
      sums.forEach((sum, lane) => f.store(at.output, f32x4.multiply(sum, share), lane * 16));
    });
  });
}

/** Spreads each pixel's gradient evenly over its window. Arguments: input gradient (cleared), output gradient, count. */
export function averagePoolingGradientKernel(module: ModuleBuilder, geometry: PoolingGeometry): FunctionBuilder {
  return module.kernel(`average pooling gradient ${poolingKey(geometry)}`, 3, (f) => {
    const lanes = module.vectorsTogether(geometry.input.pixel);
    eachWindow(f, { ...geometry, count: f.argument(2), lanes }, (at) => {
      const share = f.let(f32x4.constant(1 / (at.rows * at.columns)));
      const shares = lanes.map((lane) => f.let(f32x4.multiply(f32x4.load(at.output, lane * 16), share)));
      eachTap(f, { ...at, layouts: [geometry.input] }, ([offset]) => {
        const target = f.let(i32.add(at.input, offset!.value));
        const sums = shares.map((local, lane) => f.let(f32x4.add(f32x4.load(target, lane * 16), local)));
        sums.forEach((sum, lane) => f.store(target, sum, lane * 16));
      });
    });
  });
}
