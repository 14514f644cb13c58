package org.anira.runtime.experiment;

import org.anira.runtime.plugin.Kind;
import org.anira.runtime.run.UsedPlugin;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A plug-in that differs from the one that a model was trained with.
 *
 * @param kind of what it provides
 * @param name of what it provides
 * @param then the plug-in that the model was trained with
 * @param now the plug-in in its place
 * @param message a message that names both
 */
public record PluginChange(
        Kind<?> kind, String name, UsedPlugin then, UsedPlugin now, String message) {

    /** Returns changes for a document. */
    public static List<Map<String, Object>> maps(List<PluginChange> changes) {
        return changes.stream().map(PluginChange::map).toList();
    }

    private Map<String, Object> map() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("kind", kind.key());
        map.put("name", name);
        map.put("then", then.map());
        map.put("now", now.map());
        return map;
    }
}
