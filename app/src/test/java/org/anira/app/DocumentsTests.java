package org.anira.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.anira.app.process.ExitCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.List;
import java.util.Map;
import java.util.Set;

/** With {@code --json} the results are one document that names its form. */
@ExtendWith(PackagedPlugins.class)
class DocumentsTests {

    private static Map<String, Object> document(String line) {
        Outcome outcome = Outcome.of(line.split(" "));
        assertEquals(ExitCode.DONE, outcome.code(), outcome.err());
        return outcome.json();
    }

    @SuppressWarnings("unchecked")
    private static List<Map<String, Object>> rows(Map<String, Object> document, String key) {
        return (List<Map<String, Object>>) document.get(key);
    }

    @ParameterizedTest
    @CsvSource({
        "plugins --json, anira.plugins/1",
        "list tasks --json, anira.list/1",
        "list runs --json, anira.list/1",
        "describe task mano --json, anira.describe/1",
        "describe halting fixed --json, anira.describe/1",
        "describe backend djl --json, anira.describe/1",
        "describe preset mano-fixed --json, anira.describe/1",
        "sample brevo --json, anira.sample/1",
        "sample brevo --stats --json, anira.sample/1",
        "validate mano-fixed --json, anira.validate/1",
        "train mano-fixed --dry-run --json, anira.dry-run/1",
        "train mano-fixed --print-config --json, anira.config/1",
        "doctor --json, anira.doctor/1",
    })
    void theFirstKeyIsTheSchema(String line, String schema) {
        Map<String, Object> document = document(line);

        assertEquals("schema", document.keySet().iterator().next());
        assertEquals(schema, document.get("schema"));
    }

    @Test
    void aPluginHasItsDescriptorAndHashes() {
        Map<String, Object> mano =
                rows(document("plugins --json"), "plugins").stream()
                        .filter(plugin -> plugin.get("id").equals("mano"))
                        .findFirst()
                        .orElseThrow();

        assertEquals("org.anira.task.mano", mano.get("module"));
        assertEquals("0.1", mano.get("api"));
        assertEquals("active", mano.get("state"));
        assertEquals(false, mano.get("native_engine"));
        assertEquals(
                Map.of("task", List.of("org.anira.task.mano.ManoProvider")), mano.get("provides"));
        assertTrue(mano.get("sha256").toString().matches("[0-9a-f]{64}"), mano.toString());
        assertEquals(mano.get("sha256"), rows(mano, "jars").getFirst().get("sha256"));
    }

    @Test
    void aListHasARowForEachProvider() {
        List<Map<String, Object>> rows = rows(document("list halting --json"), "halting");

        assertEquals(
                List.of("anira-e", "anira-o", "fixed"),
                rows.stream().map(row -> row.get("name")).toList());
        assertEquals(Set.of("name", "summary", "plugin", "standing"), rows.getFirst().keySet());
    }

    @Test
    void aDescriptionHasTheOptionsWithTheirRanges() {
        Map<String, Object> bias =
                rows(document("describe halting anira-o --json"), "options").stream()
                        .filter(option -> option.get("name").equals("bias"))
                        .findFirst()
                        .orElseThrow();

        assertEquals(-1.5, bias.get("default"));
        assertEquals("number", bias.get("type"));
        assertEquals(-50.0, bias.get("least"));
        assertEquals(50.0, bias.get("most"));
    }

    @Test
    void aTaskTellsItsAxesAndWhereItIsEvaluated() {
        Map<String, Object> mano = document("describe task mano --json");

        assertEquals(List.of("L (operators), 3 to 16 in training"), mano.get("axes"));
        assertEquals(14, ((List<?>) mano.get("evaluated at")).size());
    }

    @Test
    void validSettingsHaveTheirHash() {
        Map<String, Object> document = document("validate mano-fixed --json");

        assertEquals(true, document.get("valid"));
        assertTrue(document.get("settings_hash").toString().matches("[0-9a-f]{64}"));
        assertEquals(320, ((Map<?, ?>) document.get("settings")).get("model.width"));
    }

    @Test
    void invalidSettingsAreADocumentToo() {
        Outcome outcome = Outcome.of("validate", "mano-fixed", "model.width=0", "--json");

        assertEquals(ExitCode.USAGE, outcome.code());
        assertEquals(false, outcome.json().get("valid"));
        assertEquals("CFG-003", outcome.json().get("code"));
        assertTrue(outcome.json().get("message").toString().contains("model.width"));
        assertTrue(outcome.err().startsWith("CFG-003  "), outcome.err());
    }
}
