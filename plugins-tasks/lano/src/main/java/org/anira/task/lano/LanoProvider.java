package org.anira.task.lano;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.anira.api.DataException;
import org.anira.api.Names;
import org.anira.api.Option;
import org.anira.api.Settings;
import org.anira.api.SettingsException;
import org.anira.api.task.Task;
import org.anira.api.task.TaskProvider;
import org.anira.task.lano.GrammarReader.GrammarException;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;

/** Makes the task {@code lano}. */
public final class LanoProvider implements TaskProvider {

    /** The grammars that come with the task. */
    static final List<String> BUILT_IN =
            List.of(
                    "cfg3b", "cfg3e1", "cfg3e2", "cfg3f", "cfg3g", "cfg3h", "cfg3i", "cfg3j",
                    "cfg3k");

    private static final int LARGEST_FILE = 1 << 20;

    /** Makes the provider. */
    public LanoProvider() {}

    @Override
    public String name() {
        return "lano";
    }

    @Override
    public String summary() {
        return "Language modelling of a context-free grammar; judged by its own distribution";
    }

    @Override
    public List<Option> options() {
        return List.of(
                Option.text(
                        "grammar",
                        "cfg3b",
                        "The grammar: %s, or a file, with a line such as 'S -> A B | B A' for each"
                                        .formatted(String.join(", ", BUILT_IN))
                                + " nonterminal, the root first, and one 'terminals: a b c'"));
    }

    @Override
    public Task create(Settings settings) {
        String name = settings.text("grammar");
        return new LanoTask(BUILT_IN.contains(name) ? builtIn(name) : file(name));
    }

    static Grammar builtIn(String name) {
        try (InputStream in =
                LanoProvider.class.getResourceAsStream("grammars/" + name + ".grammar")) {
            return GrammarReader.read(name, new String(in.readAllBytes(), UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (GrammarException e) {
            throw new IllegalStateException(name, e);
        }
    }

    private static Grammar file(String name) {
        Path file;
        try {
            file = Path.of(name);
        } catch (InvalidPathException e) {
            throw unknown(name);
        }
        if (name.isBlank() || !Files.exists(file) || Files.isDirectory(file)) {
            throw unknown(name);
        }
        try {
            String label = file.getFileName().toString().replaceFirst("\\.[^.]*$", "");
            return GrammarReader.read(label, text(file));
        } catch (CharacterCodingException e) {
            throw damaged(name, "it is not UTF-8 text", e);
        } catch (AccessDeniedException e) {
            throw damaged(name, "permission denied", e);
        } catch (IOException e) {
            throw damaged(name, "it cannot be read: " + e.getMessage(), e);
        } catch (GrammarException e) {
            throw damaged(name, e.getMessage(), e);
        }
    }

    private static String text(Path file) throws IOException, GrammarException {
        if (!Files.isRegularFile(file)) {
            // Reading a device or a pipe may never end.
            throw new GrammarException("it is no regular file");
        }
        try (InputStream content = Files.newInputStream(file)) {
            byte[] bytes = content.readNBytes(LARGEST_FILE + 1);
            if (bytes.length > LARGEST_FILE) {
                throw new GrammarException("it is larger than %d bytes".formatted(LARGEST_FILE));
            }
            return UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        }
    }

    private static SettingsException unknown(String name) {
        return new SettingsException(
                "CFG-003",
                List.of("grammar"),
                "Task lano: 'grammar' is %s, which is neither built in nor a file. %s\nBuilt in: %s"
                        .formatted(
                                Settings.shown(name),
                                Names.suggestion(name, BUILT_IN),
                                String.join(", ", BUILT_IN))
                        .replace(". \n", ".\n"));
    }

    private static DataException damaged(String name, String problem, Exception cause) {
        return new DataException(
                "DAT-001",
                "Grammar file '%s' cannot be used: %s. Correct it, or choose another grammar."
                        .formatted(name, problem),
                cause);
    }
}
