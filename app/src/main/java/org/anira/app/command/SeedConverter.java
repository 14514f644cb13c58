package org.anira.app.command;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads a seed outside an experiment. The error message is the expected form. */
final class SeedConverter implements ITypeConverter<Long> {

    @Override
    public Long convert(String word) {
        try {
            long seed = Long.parseLong(word);
            if (seed >= 0) {
                return seed;
            }
        } catch (NumberFormatException e) {
            // Reported below.
        }
        throw new TypeConversionException("a whole number (0 to %d)".formatted(Long.MAX_VALUE));
    }
}
