import org.lamp4j.cuda.CApiMemoryProvider;
import org.lamp4j.onnx.spi.DeviceMemoryProvider;

/** Parameters that stay in a GPU's memory; found by org.lamp4j.onnx, nothing in it is called by users. */
@SuppressWarnings("requires-automatic") // JNA has no module descriptor.
module org.lamp4j.cuda {
    requires com.sun.jna;
    requires org.lamp4j.onnx;

    provides DeviceMemoryProvider with
            CApiMemoryProvider;
}
