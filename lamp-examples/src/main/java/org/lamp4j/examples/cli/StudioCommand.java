package org.lamp4j.examples.cli;

import java.awt.Desktop;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.lamp4j.examples.studio.Studio;
import org.lamp4j.examples.studio.StudioOptions;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Opens the studio and keeps it open until Ctrl-C. */
@Command(
        name = "studio",
        description =
                "Opens a local web page on which motions are learned and pictures animated. Prints its address, and "
                        + "runs until Ctrl-C.")
final class StudioCommand implements Callable<Integer> {

    private static final String PASSWORD = "LAMP_STUDIO_PASSWORD";

    @Option(
            names = "--model",
            paramLabel = "PATH",
            description = "A Stable Diffusion 1 or 2 model: a folder in diffusers layout, or a .safetensors or .ckpt "
                    + "file in the original layout. Default: the small model that comes with lamp.")
    private @Nullable Path model;

    @Mixin
    private DeviceOption device;

    @Option(
            names = "--folder",
            paramLabel = "DIR",
            description = "Where clips, motions and results are kept. Default: lamp-studio in the home folder.")
    private @Nullable Path folder;

    @Option(names = "--port", paramLabel = "N", description = "The port. Default: any that is free.")
    private int port;

    @Option(
            names = "--listen",
            paramLabel = "ADDRESS",
            defaultValue = "127.0.0.1",
            description =
                    "The address to listen at. For another than ${DEFAULT-VALUE}, which other machines can reach, a "
                            + "password of 12 or more characters must stand in the environment variable " + PASSWORD
                            + ".")
    private String listen;

    @Option(names = "--no-browser", description = "Do not open the page.")
    private boolean withoutBrowser;

    @ParentCommand
    private Lamp lamp;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        StudioOptions options = OptionTypes.fromOptions(spec, this::options);
        PrintWriter err = spec.commandLine().getErr();
        try (Studio studio = Studio.open(options)) {
            lamp.waitForWork();
            if (!options.listen().isLoopbackAddress()) {
                err.println("lamp: warning: whoever reaches this address and knows the password can use this machine's "
                        + "processor and disk, see all clips and results, and have any model file opened; passwords and clips "
                        + "go over the network in the clear, so use it in a network that you trust");
            }
            PrintWriter out = spec.commandLine().getOut();
            studio.addressesForOthers().forEach(address -> out.println("from other machines: " + address));
            out.println(studio.address());
            open(studio.address());
            new CountDownLatch(1).await();
            return Lamp.OK;
        } catch (InterruptedException end) {
            return Lamp.OK;
        }
    }

    private StudioOptions options() {
        InetAddress address;
        try {
            address = InetAddress.getByName(listen);
        } catch (UnknownHostException unknown) {
            throw new ParameterException(
                    spec.commandLine(), "expected an address of this machine in --listen, but was " + listen, unknown);
        }
        return new StudioOptions(
                folder == null ? Path.of(System.getProperty("user.home"), "lamp-studio") : folder,
                Optional.ofNullable(model),
                device.get(),
                address,
                port,
                Optional.ofNullable(System.getenv(PASSWORD)));
    }

    /** Where there is no desktop, the address that was printed has to do. */
    private void open(String address) {
        try {
            if (!withoutBrowser
                    && Desktop.isDesktopSupported()
                    && Desktop.getDesktop().isSupported(Desktop.Action.BROWSE)) {
                Desktop.getDesktop().browse(URI.create(address));
            }
        } catch (IOException | RuntimeException | LinkageError noBrowser) {
            spec.commandLine().getErr().println("lamp: warning: no browser was opened: " + ErrorLine.of(noBrowser));
        }
    }
}
