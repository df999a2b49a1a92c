// Runs exported networks in another engine and prints how far its results are from those of the library.
// node compare.mjs ENGINE MANIFEST, with ENGINE onnxruntime-node or onnxruntime-web installed in NODE_MODULES' folder.
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';

const [engine, manifestFile, modules] = process.argv.slice(2);
const require = createRequire(pathToFileURL(join(modules, 'index.js')));
const ort = require(engine);
if (engine === 'onnxruntime-web') {
    ort.env.wasm.numThreads = 1;
}
const folder = dirname(manifestFile);

function values(entry) {
    const bytes = readFileSync(join(folder, entry.file));
    const buffer = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length);
    return entry.type === 'int64' ? new BigInt64Array(buffer) : new Float32Array(buffer);
}

async function open(network) {
    const model = join(network, 'model.onnx');
    if (engine === 'onnxruntime-node') {
        return ort.InferenceSession.create(model);
    }
    const data = new Uint8Array(readFileSync(model + '.data'));
    return ort.InferenceSession.create(new Uint8Array(readFileSync(model)), {
        executionProviders: ['wasm'],
        externalData: [{ path: 'model.onnx.data', data }],
    });
}

for (const run of JSON.parse(readFileSync(manifestFile, 'utf8'))) {
    const session = await open(run.network);
    const feeds = {};
    for (const input of run.inputs) {
        feeds[input.name] = new ort.Tensor(input.type, values(input), input.shape);
    }
    const results = await session.run(feeds);
    for (const output of run.outputs) {
        const expected = values(output);
        const actual = results[output.name];
        let squares = 0;
        let difference = 0;
        for (let index = 0; index < expected.length; index++) {
            squares += expected[index] ** 2;
            difference += (actual.data[index] - expected[index]) ** 2;
        }
        const sameShape = JSON.stringify(actual.dims) === JSON.stringify(output.shape);
        console.log(run.name, output.name, sameShape ? Math.sqrt(difference / squares) : NaN);
    }
}
