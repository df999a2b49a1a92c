package org.lamp4j.onnx.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import net.razorvine.pickle.Opcodes;
import net.razorvine.pickle.PickleException;
import net.razorvine.pickle.Unpickler;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.lamp4j.onnx.weights.PickleAssembler.Layout;

class TorchUnpicklerTest {

    private static void assertRefused(byte[] pickle, String message) {
        assertThatThrownBy(() -> TorchUnpickler.read(pickle))
                .isInstanceOf(PickleException.class)
                .hasMessage(message);
    }

    @ParameterizedTest
    @CsvSource({
        "os, system",
        "posix, system",
        "builtins, eval",
        "__builtin__, complex",
        "builtins, bytearray",
        "decimal, Decimal",
        "datetime, datetime",
        "array, array",
        "copyreg, _reconstructor",
        "operator, attrgetter",
        "pytz, _UTC",
        "torch, load",
        "torch._utils, _rebuild_tensor",
        "torch, QInt8Storage",
        "collections, OrderedDict.__init__"
    })
    void read_anyOtherName_isRefusedByThatName(String module, String name) {
        byte[] pickle = new PickleAssembler()
                .global(module, name)
                .text("touch /tmp/x")
                .op(Opcodes.TUPLE1)
                .op(Opcodes.REDUCE)
                .stop();
        assertRefused(
                pickle,
                "expected only what PyTorch state dicts are made of, but was " + module + "." + name
                        + ", which is refused and was not run");
    }

    @Test
    void read_otherNameFromTheStack_isRefusedByThatName() {
        byte[] pickle = new PickleAssembler()
                .text("os")
                .text("system")
                .op(Opcodes.STACK_GLOBAL)
                .stop();
        assertRefused(
                pickle,
                "expected only what PyTorch state dicts are made of, but was os.system, which is refused and was not run");
    }

    @Test
    void read_nameThatSomeoneRegisteredWithTheLibrary_isRefusedAllTheSame() {
        Unpickler.registerConstructor("lamp.test", "Registered", arguments -> {
            throw new AssertionError("constructed");
        });
        byte[] pickle = new PickleAssembler()
                .global("lamp.test", "Registered")
                .op(Opcodes.EMPTY_TUPLE)
                .op(Opcodes.REDUCE)
                .stop();
        assertRefused(
                pickle,
                "expected only what PyTorch state dicts are made of, but was lamp.test.Registered,"
                        + " which is refused and was not run");
    }

    @Test
    void read_newObject_isAParameterDictWithItsParametersOrRefused() {
        PickleAssembler other = new PickleAssembler().global("collections", "OrderedDict");
        assertRefused(
                other.op(Opcodes.EMPTY_TUPLE).op(Opcodes.NEWOBJ).stop(),
                "expected a new ParameterDict without arguments, but was another object");
        assertRefused(
                parameterDict().integers(1).op(Opcodes.NEWOBJ).stop(),
                "expected a new ParameterDict without arguments, but was another object");
        assertRefused(
                parameterDict().op(Opcodes.EMPTY_TUPLE).op(Opcodes.REDUCE).stop(),
                "expected ParameterDict to be made with its state, but was called");
        assertRefused(
                parameterDict()
                        .op(Opcodes.EMPTY_TUPLE)
                        .op(Opcodes.NEWOBJ)
                        .op(Opcodes.EMPTY_DICT)
                        .op(Opcodes.BUILD)
                        .stop(),
                "expected a ParameterDict with _parameters, but was without");
    }

    private static PickleAssembler parameterDict() {
        return new PickleAssembler().global("torch.nn.modules.container", "ParameterDict");
    }

    @ParameterizedTest
    @ValueSource(
            shorts = {
                Opcodes.INST,
                Opcodes.OBJ,
                Opcodes.NEWOBJ_EX,
                Opcodes.EXT1,
                Opcodes.EXT4,
                Opcodes.PERSID,
                Opcodes.BINBYTES,
                Opcodes.BINBYTES8,
                Opcodes.BYTEARRAY8,
                Opcodes.BINUNICODE8,
                Opcodes.LONG4,
                Opcodes.EMPTY_SET,
                Opcodes.FROZENSET,
                Opcodes.DUP,
                Opcodes.BINSTRING,
                Opcodes.DICT,
                Opcodes.GET,
                Opcodes.PUT,
                Opcodes.NEXT_BUFFER,
                0,
                255
            })
    void read_opcodeThatPyTorchDoesNotWrite_isRefused(short opcode) {
        byte[] pickle = new PickleAssembler()
                .op(opcode)
                .raw(127, 127, 127, 127, 127, 127, 127, 127)
                .stop();
        assertRefused(
                pickle,
                "expected an opcode of a PyTorch state dict, but was 0x" + Integer.toHexString(opcode)
                        + " at opcode 2");
    }

    @Test
    void read_stringThatClaimsTwoGigabytes_reservesNothing() {
        byte[] pickle = new PickleAssembler()
                .op(Opcodes.BINUNICODE)
                .raw(255, 255, 255, 127)
                .stop();
        assertRefused(pickle, "expected a whole pickle, but was cut off at opcode 2");
    }

    @Test
    void read_endlessName_isRefused() {
        byte[] pickle = new PickleAssembler().global("a".repeat(300), "b").stop();
        assertRefused(pickle, "expected a line of a name, but was none at opcode 2");
    }

    @Test
    void read_longInteger_isRefusedAboveEightBytes() {
        byte[] tooLong = new PickleAssembler()
                .op(Opcodes.LONG1)
                .raw(9, 0, 0, 0, 0, 0, 0, 0, 0, 1)
                .stop();
        assertRefused(tooLong, "expected integers of at most 8 bytes, but was 9");
        byte[] negative =
                new PickleAssembler().op(Opcodes.LONG1).raw(2, 0xfe, 0xff).stop();
        assertThat(TorchUnpickler.read(negative)).isEqualTo(-2L);
        byte[] zero = new PickleAssembler().op(Opcodes.LONG1).raw(0).stop();
        assertThat(TorchUnpickler.read(zero)).isEqualTo(0L);
    }

    @Test
    void read_millionsOfOpcodes_isRefused() {
        PickleAssembler assembler = new PickleAssembler();
        for (int count = 0; count <= TorchUnpickler.MAX_OPCODES; count++) {
            assembler.op(Opcodes.EMPTY_LIST);
        }
        assertRefused(assembler.stop(), "expected at most 262144 opcodes, but was more");
    }

    @Test
    void read_nestingAsDeepAsAllowed_needsNoStack() {
        PickleAssembler assembler = new PickleAssembler().op(Opcodes.EMPTY_TUPLE);
        for (int depth = 0; depth < 250_000; depth++) {
            assembler.op(Opcodes.TUPLE1);
        }
        assertThat(TorchUnpickler.read(assembler.stop())).isInstanceOf(Object[].class);
    }

    @Test
    void read_doublingTuples_areNotExpanded() {
        PickleAssembler assembler = new PickleAssembler().op(Opcodes.EMPTY_DICT).op(Opcodes.EMPTY_TUPLE);
        for (int level = 0; level < 200; level++) {
            assembler.op(Opcodes.BINPUT).raw(0).op(Opcodes.BINGET).raw(0).op(Opcodes.TUPLE2);
        }
        byte[] asKey = assembler.op(Opcodes.NONE).op(Opcodes.SETITEM).stop();
        assertRefused(asKey, "expected string keys, but was Object[]");
    }

    @Test
    void read_listWithinItself_asKeyIsRefused() {
        byte[] pickle = new PickleAssembler()
                .op(Opcodes.EMPTY_DICT)
                .op(Opcodes.EMPTY_LIST)
                .op(Opcodes.MEMOIZE)
                .op(Opcodes.BINGET)
                .raw(0)
                .op(Opcodes.APPEND)
                .op(Opcodes.NONE)
                .op(Opcodes.SETITEM)
                .stop();
        assertRefused(pickle, "expected string keys, but was ArrayList");
    }

    @ParameterizedTest
    @ValueSource(
            shorts = {
                Opcodes.REDUCE,
                Opcodes.BINPERSID,
                Opcodes.TUPLE3,
                Opcodes.APPEND,
                Opcodes.BUILD,
                Opcodes.SETITEM,
                Opcodes.TUPLE
            })
    void read_opcodeWithoutItsOperands_isBroken(short opcode) {
        assertThatThrownBy(() ->
                        TorchUnpickler.read(new PickleAssembler().op(opcode).stop()))
                .isInstanceOf(PickleException.class)
                .hasMessage("expected a well-formed pickle, but was broken at opcode 2");
    }

    @Test
    void read_memoThatIsNotThere_isRefused() {
        assertThatThrownBy(() -> TorchUnpickler.read(
                        new PickleAssembler().op(Opcodes.BINGET).raw(9).stop()))
                .isInstanceOf(PickleException.class);
    }

    @Test
    void read_cutOff_isBroken() {
        byte[] whole = new PickleAssembler().orderedDict().stop();
        byte[] part = Arrays.copyOf(whole, whole.length - 1);
        assertRefused(part, "expected a well-formed pickle, but was broken at opcode 4");
    }

    @Test
    void read_callOfSomethingElse_isBroken() {
        byte[] pickle = new PickleAssembler()
                .text("text")
                .op(Opcodes.EMPTY_TUPLE)
                .op(Opcodes.REDUCE)
                .stop();
        assertRefused(pickle, "expected a well-formed pickle, but was broken at opcode 4");
    }

    @Test
    void read_orderedDictOfArguments_isRefused() {
        byte[] pickle = new PickleAssembler()
                .global("collections", "OrderedDict")
                .op(Opcodes.EMPTY_LIST)
                .op(Opcodes.TUPLE1)
                .op(Opcodes.REDUCE)
                .stop();
        assertRefused(pickle, "expected OrderedDict without arguments, but was 1");
    }

    @Test
    void read_otherPersistentId_isRefused() {
        byte[] pickle =
                new PickleAssembler().text("storage").op(Opcodes.BINPERSID).stop();
        assertRefused(pickle, "expected a persistent id ('storage', type, key, location, count), but was another");
    }

    @Test
    void read_tensorOfOtherArguments_isRefused() {
        byte[] pickle = new PickleAssembler()
                .global("torch._utils", "_rebuild_tensor_v2")
                .text("storage")
                .op(Opcodes.TUPLE1)
                .op(Opcodes.REDUCE)
                .stop();
        assertRefused(
                pickle, "expected _rebuild_tensor_v2 with a storage, offset, size and stride, but was other arguments");
    }

    @Test
    void read_parameterOfOtherArguments_isRefused() {
        byte[] pickle = new PickleAssembler()
                .global("torch._utils", "_rebuild_parameter")
                .op(Opcodes.EMPTY_TUPLE)
                .op(Opcodes.REDUCE)
                .stop();
        assertRefused(pickle, "expected _rebuild_parameter with a tensor, but was other arguments");
    }

    @Test
    void read_tensorOfManyAxes_isRefused() {
        byte[] pickle = new PickleAssembler()
                .tensor("FloatStorage", "0", 1, new Layout(0, new int[17], new int[17]))
                .stop();
        assertRefused(pickle, "expected at most 16 axes, but was 17");
    }

    @Test
    void read_sizesThatAreNoIntegers_areRefused() {
        PickleAssembler start = new PickleAssembler()
                .global("torch._utils", "_rebuild_tensor_v2")
                .op(Opcodes.MARK)
                .storage("FloatStorage", "0", 1)
                .integer(0);
        byte[] pickle = start.text("x")
                .op(Opcodes.TUPLE1)
                .integers(1)
                .op(Opcodes.NEWFALSE)
                .orderedDict()
                .op(Opcodes.TUPLE)
                .op(Opcodes.REDUCE)
                .stop();
        assertRefused(pickle, "expected a tuple of sizes, but was one of String");
    }

    @Test
    void read_stateOfSomethingElse_isRefused() {
        byte[] pickle = new PickleAssembler()
                .op(Opcodes.EMPTY_LIST)
                .op(Opcodes.EMPTY_DICT)
                .op(Opcodes.BUILD)
                .stop();
        assertRefused(pickle, "expected state of a dictionary only, but was of ArrayList");
    }

    @Test
    void read_parameter_isItsTensor() {
        byte[] pickle = new PickleAssembler()
                .global("torch._utils", "_rebuild_parameter")
                .op(Opcodes.MARK)
                .tensor("HalfStorage", "k", 6, Layout.vector(6))
                .op(Opcodes.NEWTRUE)
                .orderedDict()
                .op(Opcodes.TUPLE)
                .op(Opcodes.REDUCE)
                .stop();
        TorchUnpickler.View view = (TorchUnpickler.View) TorchUnpickler.read(pickle);
        assertThat(view.storage()).isEqualTo(new TorchUnpickler.Storage(StoredType.F16, "k", 6));
        assertThat(view.sizes()).containsExactly(6);
        assertThat(view.strides()).containsExactly(1);
    }

    @Test
    void read_dictionaryOfPlainValues_keepsThemInOrder() {
        byte[] pickle = new PickleAssembler()
                .op(Opcodes.EMPTY_DICT)
                .op(Opcodes.MARK)
                .text("z")
                .integer(-3)
                .text("a")
                .op(Opcodes.NONE)
                .op(Opcodes.SHORT_BINUNICODE)
                .raw(1, 'l')
                .op(Opcodes.EMPTY_LIST)
                .op(Opcodes.MARK)
                .op(Opcodes.NEWTRUE)
                .op(Opcodes.APPENDS)
                .op(Opcodes.SETITEMS)
                .text("state")
                .op(Opcodes.BUILD)
                .stop();
        Map<?, ?> dictionary = (Map<?, ?>) TorchUnpickler.read(pickle);
        assertThat(List.copyOf(dictionary.keySet()).toString()).isEqualTo("[z, a, l]");
        assertThat(dictionary.get("z")).isEqualTo(-3);
        assertThat(dictionary.get("l")).isEqualTo(List.of(true));
    }

    @Test
    void read_memoThatWasNeverSet_isRefusedInOurWords() {
        byte[] pickle = new PickleAssembler().op(Opcodes.BINGET).raw(7).stop();
        assertRefused(pickle, "expected a well-formed pickle, but was broken at opcode 2: invalid memo key");
    }
}
