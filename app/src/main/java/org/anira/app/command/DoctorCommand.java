package org.anira.app.command;

import com.sun.management.OperatingSystemMXBean;

import org.anira.api.ApiVersion;
import org.anira.api.PluginException;
import org.anira.api.Settings;
import org.anira.api.tensor.BackendProvider;
import org.anira.app.console.Console;
import org.anira.app.console.Output;
import org.anira.app.process.ChildProcesses;
import org.anira.app.process.ExitCode;
import org.anira.app.process.Installation;
import org.anira.app.process.Versions;
import org.anira.runtime.experiment.InstalledPlugins;
import org.anira.runtime.plugin.PluginSnapshot;
import org.anira.runtime.plugin.PluginState;
import org.anira.runtime.report.Drawing;
import org.anira.runtime.run.DurableFiles;
import org.anira.runtime.run.Json;
import org.anira.runtime.run.Machine;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;

/** Checks this machine, and says what to do about what is missing. */
@Command(
        name = "doctor",
        description = {
            "Check this machine: Java, memory, the folders that anira writes, terminal, figures,"
                    + " plug-ins, and each backend with its native library.",
            "Each backend is tried in a process of its own, so one that crashes is a line in the"
                    + " list. Python is not needed."
        },
        footer = {
            "",
            "Exit code 3 if no backend is usable or the plug-ins cannot be read.",
            "",
            "Examples:",
            "  anira doctor",
            "  anira doctor --json"
        })
public final class DoctorCommand implements Callable<Integer> {

    private static final Duration PROBE_ALLOWED = Duration.ofSeconds(120);
    private static final int MEBIBYTE_BITS = 20;

    /** Free space below this is too little for the checkpoints of a few trainings. */
    private static final long LEAST_ROOM = 1L << 30;

    /** The symbols of tables and messages outside ASCII. */
    private static final String SYMBOLS = "–…γΣ";

    private final Output output;
    @Mixin private final PluginFolders folders;

    @Option(names = "--json", description = "One JSON document.")
    private boolean json;

    @Option(
            names = "--probe",
            hidden = true,
            paramLabel = "NAME",
            description = "Try one backend in this process.")
    private String probe;

    private final DoctorReport findings = new DoctorReport();

    /** Makes one that writes to an output. */
    public DoctorCommand(Output output) {
        this.output = output;
        folders = new PluginFolders(output);
    }

    @Override
    public Integer call() throws InterruptedException {
        if (probe != null) {
            return probeHere();
        }
        findings.ok(
                "anira",
                "%s, api %s, %s"
                        .formatted(
                                Versions.anira(),
                                ApiVersion.CURRENT,
                                Installation.home()
                                        .map(home -> "in " + home)
                                        .orElse("started without its launcher")));
        findings.ok(
                "java",
                "%s (%s) in %s"
                        .formatted(
                                Runtime.version(),
                                System.getProperty("java.vendor"),
                                System.getProperty("java.home")));
        machine();
        terminal();
        startupCache();
        writable(
                "cache",
                Installation.cache(),
                true,
                "Let XDG_CACHE_HOME name a folder that can be.");
        writable(
                "temporary files",
                Path.of(System.getProperty("java.io.tmpdir")),
                false,
                "Let TMPDIR name another folder.");
        writable(
                "runs",
                Path.of("runs").toAbsolutePath(),
                true,
                "Start anira in another folder, or name one: anira train … --out DIR");
        Drawing.obstacle()
                .ifPresentOrElse(
                        obstacle ->
                                findings.warning(
                                        "figures",
                                        "cannot be drawn",
                                        obstacle + " All else works without."),
                        () -> findings.ok("figures", "can be drawn, with anira's own font"));
        boolean usable = pluginsAndBackends();
        if (json) {
            output.out()
                    .println(Json.document("anira.doctor/1", Map.of("findings", findings.maps())));
        } else {
            output.out().print(findings);
        }
        return usable ? ExitCode.DONE : ExitCode.PLUGIN;
    }

    private void machine() {
        Machine machine = Machine.current();
        findings.ok("system", machine.system());
        findings.ok(
                "processor",
                "%s, %d usable here%s"
                        .formatted(machine.processor(), machine.processors(), limit("cpu.max")));
        OperatingSystemMXBean system =
                (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        findings.ok(
                "memory",
                "%d MiB usable here, Java's heap at most %d MiB%s"
                        .formatted(
                                system.getTotalMemorySize() >> MEBIBYTE_BITS,
                                machine.heapBytes() >> MEBIBYTE_BITS,
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

    private void terminal() {
        findings.ok(
                "progress",
                output.terminal()
                        ? "rewritten in place: messages go to a terminal"
                        : "a line every 30 s: messages do not go to a terminal");
        Charset charset = Console.charset("stdout.encoding");
        boolean complete = charset.newEncoder().canEncode(SYMBOLS);
        String name = charset.name();
        if (complete) {
            findings.ok("text", "is written in " + name);
        } else {
            findings.warning(
                    "text",
                    "is written in %s, which lacks some symbols: they become question marks"
                            .formatted(name),
                    "Choose a UTF-8 locale, such as LANG=C.UTF-8. Files are UTF-8 always.");
        }
    }

    private void startupCache() {
        String option = "-XX:AOTCache=";
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(argument -> argument.startsWith(option))
                .map(argument -> argument.substring(option.length()))
                .findFirst()
                .ifPresentOrElse(
                        file -> findings.ok("start-up cache", file),
                        () ->
                                findings.ok(
                                        "start-up cache",
                                        "off".equals(System.getenv("ANIRA_STARTUP_CACHE"))
                                                ? "off, by ANIRA_STARTUP_CACHE"
                                                : "not there yet; the launcher makes it in the"
                                                        + " background"));
    }

    /**
     * Checks whether a folder is writable and has free space.
     *
     * @param made whether anira creates it: if it does not exist, its parent is checked
     */
    private void writable(String subject, Path folder, boolean made, String advice) {
        Path existing = folder.toAbsolutePath();
        while (made && !Files.exists(existing) && existing.getParent() != null) {
            existing = existing.getParent();
        }
        if (!Files.isDirectory(existing) || !Files.isWritable(existing)) {
            findings.warning(subject, folder + " cannot be written", advice);
            return;
        }
        try {
            long room = Files.getFileStore(existing).getUsableSpace();
            String found = "%s, %d MiB free".formatted(folder, room >> MEBIBYTE_BITS);
            if (room < LEAST_ROOM) {
                findings.warning(subject, found, "Make room there, or: " + advice);
            } else {
                findings.ok(subject, found);
            }
        } catch (IOException e) {
            findings.warning(
                    subject,
                    "%s cannot be looked at: %s".formatted(folder, DurableFiles.reason(e)),
                    advice);
        }
    }

    private boolean pluginsAndBackends() throws InterruptedException {
        Path own = Installation.own();
        if (!Files.isDirectory(own)) {
            findings.ok(
                    "plug-in folder", own + " does not exist; make it for plug-ins of your own");
        }
        InstalledPlugins plugins;
        try {
            plugins = Installation.open(folders.asked());
        } catch (PluginException e) {
            findings.failed("plug-ins", "cannot be read", e.code() + " " + e.getMessage());
            return false;
        }
        Installation.folders(folders.asked())
                .forEach(each -> findings.ok("plug-in folder", each.toString()));
        if (Files.exists(Installation.lock())) {
            findings.ok(
                    "plug-in lock",
                    Installation.lock().toAbsolutePath() + " allows what it lists, nothing else");
        }
        plugins.registry().startAll();
        List<String> names = plugins.backends().stream().map(BackendProvider::name).toList();
        for (PluginSnapshot plugin : plugins.registry().snapshot()) {
            String subject = "plug-in " + plugin.id();
            String found =
                    "%s %s, %s"
                            .formatted(
                                    plugin.version().orElse("without version"),
                                    plugin.state(),
                                    plugin.path());
            String remarks = String.join("\n", plugin.remarks());
            if (remarks.isEmpty()) {
                findings.ok(subject, found);
            } else if (plugin.state() == PluginState.FAILED) {
                findings.failed(subject, found, remarks);
            } else {
                findings.warning(subject, found, remarks);
            }
        }
        if (names.isEmpty()) {
            findings.failed(
                    "backends",
                    "no plug-in provides one that can be started",
                    "Put a backend's folder into a plug-in folder; anira comes with djl and"
                            + " torch.");
        }
        boolean usable = false;
        for (String name : names) {
            usable |= probe(name);
        }
        return usable;
    }

    /** Tries a backend in another process. */
    private boolean probe(String name) throws InterruptedException {
        List<String> arguments = new ArrayList<>(List.of("doctor", "--probe", name));
        folders.asked()
                .forEach(folder -> arguments.addAll(List.of("--plugins", folder.toString())));
        ChildProcesses.End end = ChildProcesses.run(arguments, PROBE_ALLOWED);
        String subject = "backend " + name;
        if (end.code().isEmpty()) {
            findings.failed(
                    subject,
                    "no answer within %d s".formatted(PROBE_ALLOWED.toSeconds()),
                    "Try again when the machine is less busy; else take its plug-in out.");
            return false;
        }
        if (end.code().get() != ExitCode.DONE) {
            findings.failed(
                    subject,
                    "its process ended with %d".formatted(end.code().get()),
                    end.messages().isEmpty()
                            ? "It printed nothing; see: anira doctor --probe " + name
                            : String.join(" ", end.messages()));
            return false;
        }
        Map<String, Object> answer;
        try {
            answer = Json.object(end.output());
        } catch (RuntimeException e) {
            findings.failed(
                    subject,
                    "its process gave an answer that cannot be read",
                    "Its plug-in writes to standard output, which is for results; report it to its"
                            + " author.");
            return false;
        }
        boolean usable = Boolean.TRUE.equals(answer.get("usable"));
        String detail = String.valueOf(answer.get("detail"));
        if (usable) {
            findings.ok(subject, detail);
        } else {
            findings.failed(subject, "not usable here", detail);
        }
        return usable;
    }

    private int probeHere() {
        BackendProvider backend = Installation.open(folders.asked()).backend(probe);
        BackendProvider.Probe answer = backend.probe(Settings.defaults(backend.options()));
        Map<String, Object> content = new LinkedHashMap<>();
        content.put("usable", answer.usable());
        content.put("detail", answer.detail());
        output.out().println(Json.document("anira.probe/1", content));
        return ExitCode.DONE;
    }
}
