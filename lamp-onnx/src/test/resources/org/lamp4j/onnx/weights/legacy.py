"""Writes legacy.pt beside it as torch.save(..., _use_new_zipfile_serialization=False) would, with stand-ins for PyTorch: python3 legacy.py legacy.pt."""
import collections, pickle, struct, sys, types
torch = types.ModuleType("torch"); utils = types.ModuleType("torch._utils"); sys.modules.update({"torch": torch, "torch._utils": utils})
class FloatStorage: pass
class HalfStorage: pass
class LongStorage: pass
for c in (FloatStorage, HalfStorage, LongStorage): c.__module__ = "torch"; setattr(torch, c.__name__, c)
def _rebuild_tensor_v2(*a): raise AssertionError
_rebuild_tensor_v2.__module__ = "torch._utils"; utils._rebuild_tensor_v2 = _rebuild_tensor_v2
class Stored:
    def __init__(self, kind, key, location, values, fmt): self.__dict__.update(locals())
class Tensor:
    def __init__(self, storage, offset, size, stride): self.args = (storage, offset, size, stride, False, collections.OrderedDict())
    def __reduce_ex__(self, protocol): return (_rebuild_tensor_v2, self.args)
class Pickler(pickle._Pickler):
    def persistent_id(self, obj):
        if isinstance(obj, Stored):
            return ("storage", obj.kind, obj.key, obj.location, len(obj.values), None)
shared = Stored(FloatStorage, "94462312345", "cuda:0", [0.5 * i for i in range(8)], "<f")
half = Stored(HalfStorage, "94462312001", "cpu", [1.5, -2.0, 0.25], "<e")
step = Stored(LongStorage, "94462399999", "cpu", [1 << 40], "<q")
state = collections.OrderedDict()
state["proj.weight"] = Tensor(shared, 2, (2, 3), (3, 1))
state["proj.transposed"] = Tensor(shared, 0, (3, 2), (1, 3))
state["proj.bias"] = Tensor(half, 0, (3,), (1,))
state["count"] = Tensor(step, 0, (), ())
with open(sys.argv[1], "wb") as f:
    pickle.dump(0x1950A86A20F9469CFC6C, f, protocol=2)
    pickle.dump(1001, f, protocol=2)
    pickle.dump(dict(protocol_version=1001, little_endian=True, type_sizes=dict(short=2, int=4, long=4)), f, protocol=2)
    Pickler(f, 2).dump({"epoch": 3, "global_step": 1200, "state_dict": state})
    stores = {s.key: s for s in (shared, half, step)}
    pickle.dump(sorted(stores), f, protocol=2)
    for key in sorted(stores):
        s = stores[key]
        f.write(struct.pack("<q", len(s.values)))
        for v in s.values: f.write(struct.pack(s.fmt, v))
