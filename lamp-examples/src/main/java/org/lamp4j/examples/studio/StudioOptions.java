package org.lamp4j.examples.studio;

import java.net.InetAddress;
import java.nio.file.Path;
import java.util.Optional;
import org.lamp4j.device.Device;

/**
 * How a studio is opened.
 *
 * @param folder where everything is kept; made if it is not there
 * @param model a model folder or file; empty for the embedded model
 * @param device where it runs
 * @param listen the address that it listens at
 * @param port 0 for any that is free
 * @param password what is asked for where it listens beyond this machine, 12 or more characters
 */
public record StudioOptions(
        Path folder, Optional<Path> model, Device device, InetAddress listen, int port, Optional<String> password) {

    private static final int MAX_PORT = 65_535;

    /**
     * Checks the port, and that nobody who can reach this machine is let in without a password.
     *
     * @throws IllegalArgumentException if one is not as it must be
     */
    public StudioOptions {
        if (port < 0 || port > MAX_PORT) {
            throw new IllegalArgumentException("expected a port of 0 to " + MAX_PORT + ", but was " + port);
        }
        boolean guarded =
                password.filter(text -> text.length() >= Login.MIN_LENGTH).isPresent();
        if (!listen.isLoopbackAddress() && !guarded) {
            throw new IllegalArgumentException("expected a password of " + Login.MIN_LENGTH
                    + " or more characters in the environment variable LAMP_STUDIO_PASSWORD, since "
                    + listen.getHostAddress()
                    + " can be reached from other machines, but was "
                    + (password.isEmpty() ? "none" : "a shorter one"));
        }
    }

    /**
     * Returns options of a studio that only this machine can reach.
     *
     * @param folder where everything is kept
     * @param device where the embedded model runs
     * @return the options, with any free port
     */
    public static StudioOptions local(Path folder, Device device) {
        return new StudioOptions(
                folder, Optional.empty(), device, InetAddress.getLoopbackAddress(), 0, Optional.empty());
    }

    /** Without the password. */
    @Override
    public String toString() {
        return "StudioOptions[" + folder + ", " + listen.getHostAddress() + ":" + port + "]";
    }
}
