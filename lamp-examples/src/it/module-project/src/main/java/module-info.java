/** A program that uses lamp4j. */
module com.example.animation {
    requires org.lamp4j.onnx;
    requires org.lamp4j.video;
}
