package org.anira.app;

import com.sun.management.OperatingSystemMXBean;

import org.anira.api.ApiVersion;
import org.anira.api.Settings;
import org.anira.api.tensor.BackendProvider;
import org.anira.runtime.plugin.PluginSnapshot;
import org.anira.runtime.plugin.PluginState;
import org.anira.runtime.run.Machine;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

import java.awt.GraphicsEnvironment;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;

/** Says what anira finds on this machine, and what to do about what is missing. */
@Command(
        name = "doctor",
        description = {
            "Check this machine: Java, memory, folders, plug-ins, fonts, and each backend with its"
                    + " native library.",
            "Each backend is tried in a process of its own, so one that crashes is a line in the"
                    + " list."
        },
        footer = {
            "",
            "Exit code 3 if no backend is usable.",
            "",
            "Examples:",
            "  anira doctor",
            "  anira doctor --json"
        })
final class DoctorCommand implements Callable<Integer> {

    private static final int PROBE_SECONDS = 120;

    /** How something stands. */
    enum State {
        OK,
        WARNING,
        FAILED;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private record Finding(String subject, State state, String detail) {}

    @ParentCommand private Anira anira;
    @Mixin private PluginFolders folders;

    @Option(names = "--json", description = "One JSON document.")
    private boolean json;

    @Option(
            names = "--probe",
            hidden = true,
            paramLabel = "NAME",
            description = "Try one backend in this process.")
    private String probe;

    private final List<Finding> findings = new ArrayList<>();

    @Override
    public Integer call() {
        if (probe != null) {
            return probeHere();
        }
        add("anira", State.OK, "%s, api %s".formatted(Versions.anira(), ApiVersion.CURRENT));
        add(
                "java",
                State.OK,
                "%s (%s) in %s"
                        .formatted(
                                Runtime.version(),
                                System.getProperty("java.vendor"),
                                System.getProperty("java.home")));
        machine();
        folder("cache", Platform.cache());
        folder("current folder", Path.of("").toAbsolutePath());
        fonts();
        boolean usable = pluginsAndBackends();
        if (json) {
            anira.console()
                    .out()
                    .println(
                            Json.document(
                                    "anira.doctor/1",
                                    Map.of(
                                            "findings",
                                            findings.stream().map(DoctorCommand::map).toList())));
        } else {
            Table table = new Table("what", "state", "found");
            findings.forEach(each ->
                    table.row(each.subject(), each.state(), each.detail().replace("\n", " ")));
            anira.console().out().print(table);
        }
        return usable ? ExitCode.DONE : ExitCode.PLUGIN;
    }

    private void machine() {
        Machine machine = Machine.here();
        add("system", State.OK, machine.system());
        add(
                "processor",
                State.OK,
                "%s, %d usable here%s"
                        .formatted(machine.processor(), machine.processors(), limit("cpu.max")));
        OperatingSystemMXBean system =
                (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        add(
                "memory",
                State.OK,
                "%d MiB usable here, %d MiB free, Java's heap at most %d MiB%s"
                        .formatted(
                                system.getTotalMemorySize() >> 20,
                                system.getFreeMemorySize() >> 20,
                                machine.heapBytes() >> 20,
                                limit("memory.max")));
    }

    /** Returns a limit of this process's control group, where there is one. */
    private static String limit(String file) {
        Path path = Path.of("/sys/fs/cgroup", file);
        try {
            String limit = Files.isReadable(path) ? Files.readString(path).strip() : "max";
            return limit.startsWith("max") ? "" : ", control group %s %s".formatted(file, limit);
        } catch (IOException e) {
            return "";
        }
    }

    private void folder(String subject, Path folder) {
        Path existing = folder;
        while (!Files.exists(existing) && existing.getParent() != null) {
            existing = existing.getParent();
        }
        boolean writable = Files.isWritable(existing);
        add(
                subject,
                writable ? State.OK : State.WARNING,
                folder + (writable ? "" : " cannot be written"));
    }

    private void fonts() {
        try {
            int families =
                    GraphicsEnvironment.getLocalGraphicsEnvironment()
                            .getAvailableFontFamilyNames()
                            .length;
            add(
                    "fonts",
                    families > 0 ? State.OK : State.WARNING,
                    families > 0
                            ? families + " families"
                            : "none; install one, such as fonts-dejavu-core");
        } catch (RuntimeException | Error e) {
            add(
                    "fonts",
                    State.WARNING,
                    "figures cannot be drawn (%s); install fontconfig and a font".formatted(e));
        }
    }

    private boolean pluginsAndBackends() {
        Platform platform = Platform.open(folders.asked());
        Platform.folders(folders.asked())
                .forEach(each -> add("plug-in folder", State.OK, each.toString()));
        if (Files.exists(Platform.lock())) {
            add("plug-in lock", State.OK, Platform.lock().toAbsolutePath().toString());
        }
        List<String> names = platform.backends().stream().map(BackendProvider::name).toList();
        for (PluginSnapshot plugin : platform.registry().snapshot()) {
            State state = plugin.state() == PluginState.FAILED ? State.FAILED : State.OK;
            add("plug-in " + plugin.id(), state, plugin.reason().orElse(plugin.path()));
        }
        if (names.isEmpty()) {
            add("backends", State.FAILED, "no plug-in provides a backend");
        }
        boolean usable = false;
        for (String name : names) {
            usable |= probe(name);
        }
        return usable;
    }

    /** Tries a backend in another process. */
    private boolean probe(String name) {
        List<String> arguments = new ArrayList<>(List.of("doctor", "--probe", name));
        folders.asked()
                .forEach(folder -> arguments.addAll(List.of("--plugins", folder.toString())));
        Process process = Children.start(arguments);
        List<String> messages = new ArrayList<>();
        try {
            Thread errors = Children.follow(process, messages::add);
            String output = new String(process.getInputStream().readAllBytes());
            if (!process.waitFor(PROBE_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                add(
                        "backend " + name,
                        State.FAILED,
                        "no answer within %d s".formatted(PROBE_SECONDS));
                return false;
            }
            errors.join();
            if (process.exitValue() != ExitCode.DONE) {
                String last = messages.isEmpty() ? "" : ": " + messages.getLast();
                add(
                        "backend " + name,
                        State.FAILED,
                        "its process ended with %d%s".formatted(process.exitValue(), last));
                return false;
            }
            Map<String, Object> answer = Json.object(output);
            boolean usable = Boolean.TRUE.equals(answer.get("usable"));
            add(
                    "backend " + name,
                    usable ? State.OK : State.FAILED,
                    String.valueOf(answer.get("detail")));
            return usable;
        } catch (IOException e) {
            add("backend " + name, State.FAILED, "its process cannot be read: " + e.getMessage());
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            process.destroyForcibly();
            return false;
        }
    }

    private int probeHere() {
        BackendProvider backend = Platform.open(folders.asked()).backend(probe);
        BackendProvider.Probe answer = backend.probe(Settings.defaults(backend.options()));
        Map<String, Object> content = new LinkedHashMap<>();
        content.put("usable", answer.usable());
        content.put("detail", answer.detail());
        anira.console().out().println(Json.document("anira.probe/1", content));
        return ExitCode.DONE;
    }

    private void add(String subject, State state, String detail) {
        findings.add(new Finding(subject, state, detail));
    }

    private static Map<String, Object> map(Finding finding) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("subject", finding.subject());
        map.put("state", finding.state().toString());
        map.put("detail", finding.detail());
        return map;
    }
}
