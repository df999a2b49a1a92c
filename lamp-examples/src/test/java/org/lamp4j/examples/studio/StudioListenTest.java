package org.lamp4j.examples.studio;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lamp4j.examples.cli.Lamp;
import org.lamp4j.examples.cli.TerminalProcess;

/** {@code lamp studio --listen} as a person starts it: a process of its own, with a password in its environment. */
class StudioListenTest {

    private static final String PASSWORD = "correct horse";
    private static final Pattern ADDRESSES = Pattern.compile(
            "(?:from other machines: http://[0-9a-f.:\\[\\]]+:\\d+/\\R)*(http://127\\.0\\.0\\.1:\\d+/)\\R");

    @TempDir
    private Path folder;

    private Process lamp;

    @AfterEach
    void end() throws InterruptedException {
        lamp.destroyForcibly().waitFor();
    }

    private void start(String password) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(TerminalProcess.java(
                Lamp.class, "studio", "--listen", "0.0.0.0", "--no-browser", "--folder", folder.resolve("studio")));
        builder.environment().remove("LAMP_STUDIO_PASSWORD");
        if (password != null) {
            builder.environment().put("LAMP_STUDIO_PASSWORD", password);
        }
        lamp = builder.redirectOutput(out().toFile())
                .redirectError(err().toFile())
                .start();
    }

    private Path out() {
        return folder.resolve("out");
    }

    private Path err() {
        return folder.resolve("err");
    }

    @ParameterizedTest
    @CsvSource({",none", "eleven char,a shorter one"})
    void listen_withoutAPasswordThatIsLongEnough_isRefused(String password, String found) throws Exception {
        start(password);

        assertThat(lamp.waitFor(StudioClient.PATIENCE.toSeconds(), TimeUnit.SECONDS))
                .isTrue();
        assertThat(lamp.exitValue()).isEqualTo(2);
        assertThat(err())
                .hasContent("lamp: expected a password of 12 or more characters in the environment variable "
                        + "LAMP_STUDIO_PASSWORD, since 0.0.0.0 can be reached from other machines, but was " + found
                        + " (see lamp studio --help)");
        assertThat(out()).isEmptyFile();
        assertThat(folder.resolve("studio")).doesNotExist();
    }

    @Test
    void listen_withAPassword_saysWhatItMeansAndLetsInWhoKnowsIt() throws Exception {
        start(PASSWORD);
        StudioClient guest = new StudioClient(address());

        assertThat(err())
                .content()
                .contains("lamp: warning: whoever reaches this address and knows the password can use this machine's")
                .contains("in the clear")
                .doesNotContain(PASSWORD);
        for (InetAddress address : addresses()) {
            URI page = URI.create("http://" + address.getHostAddress() + ":" + guest.port() + "/");
            HttpURLConnection connection = (HttpURLConnection) page.toURL().openConnection();
            assertThat(connection.getResponseCode()).as(page.toString()).isEqualTo(200);
            assertThat(Files.readString(out())).contains(page + System.lineSeparator());
        }
        assertThat(guest.send(guest.request("/main.js")).statusCode()).isEqualTo(200);
        assertThat(guest.raw("GET / HTTP/1.1", "Host: evil.example:" + guest.port()))
                .startsWith("HTTP/1.1 421");
        assertThat(state(guest, "")).startsWith("HTTP/1.1 403");
        assertThat(StudioClient.json(guest.send(guest.request("/login")))
                        .path("password")
                        .asBoolean())
                .isTrue();
        StudioClient.assertRefused(guest.login("wrong horse battery"), 403);
        HttpResponse<byte[]> welcome = guest.login(PASSWORD);
        assertThat(state(guest, StudioClient.json(welcome).path("token").asText()))
                .startsWith("HTTP/1.1 200");
    }

    /** All that this machine has, so that one that others reach is among them where it has one. */
    private static List<InetAddress> addresses() throws IOException {
        return NetworkInterface.networkInterfaces()
                .flatMap(NetworkInterface::inetAddresses)
                .filter(address -> address instanceof Inet4Address && !address.isLinkLocalAddress())
                .toList();
    }

    private static String state(StudioClient guest, String token) throws IOException {
        return guest.raw("GET /api/state HTTP/1.1", guest.hostLine(), "X-Lamp-Token: " + token);
    }

    /** Waits for what it prints when it listens, which is without the token. */
    private String address() throws Exception {
        long end = System.nanoTime() + StudioClient.PATIENCE.toNanos();
        Matcher printed = ADDRESSES.matcher(Files.readString(out()));
        while (!printed.matches()) {
            assertThat(lamp.isAlive() && System.nanoTime() < end)
                    .as(Files.readString(err()))
                    .isTrue();
            TimeUnit.MILLISECONDS.sleep(20);
            printed = ADDRESSES.matcher(Files.readString(out()));
        }
        return printed.group(1);
    }
}
