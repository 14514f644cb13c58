package org.anira.backend.floor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.anira.backend.floor.Shapes.Misfit;
import org.junit.jupiter.api.Test;

import java.util.List;

/** Sizes of results, where they are known and where they vary. */
class ShapesTests {

    private static long[] sizes(long... sizes) {
        return sizes;
    }

    @Test
    void aSizeThatVariesTakesTheOtherOnesPlaceUnlessThatStretches() {
        assertArrayEquals(sizes(5, 3), Shapes.broadcast(sizes(-1, 3), sizes(5, 1)));
        assertArrayEquals(sizes(-1, 3), Shapes.broadcast(sizes(-1, 3), sizes(3)));
        assertArrayEquals(sizes(-1), Shapes.broadcast(sizes(1), sizes(-1)));
        assertThrows(Misfit.class, () -> Shapes.broadcast(sizes(2), sizes(3)));
    }

    @Test
    void reshapeKeepsTakesTheRestAndCounts() {
        assertArrayEquals(sizes(2, 3, 2), Shapes.reshape(sizes(2, 6), sizes(0, -1, 2)));
        assertArrayEquals(sizes(-1, -1, 2), Shapes.reshape(sizes(-1, 6), sizes(0, -1, 2)));
        assertThrows(Misfit.class, () -> Shapes.reshape(sizes(2, 3), sizes(4)));
        assertThrows(Misfit.class, () -> Shapes.reshape(sizes(2, 3), sizes(4, -1)));
        assertThrows(Misfit.class, () -> Shapes.reshape(sizes(2, 3), sizes(-1, -1)));
        assertThrows(Misfit.class, () -> Shapes.reshape(sizes(2), sizes(2, 0)));
        assertThrows(Misfit.class, () -> Shapes.reshape(sizes(2), sizes(-2)));
    }

    @Test
    void productsAgreeInTheMiddle() {
        assertArrayEquals(sizes(7, 2, 4), Shapes.matmul(sizes(7, 2, 3), sizes(3, 4)));
        assertArrayEquals(sizes(-1, 2, 4), Shapes.matmul(sizes(-1, 2, -1), sizes(1, 3, 4)));
        assertThrows(Misfit.class, () -> Shapes.matmul(sizes(2, 3), sizes(2, 3)));
        assertThrows(Misfit.class, () -> Shapes.matmul(sizes(3), sizes(3, 2)));
        assertArrayEquals(sizes(7, 5), Shapes.linear(sizes(7, 3), sizes(5, 3)));
        assertThrows(Misfit.class, () -> Shapes.linear(sizes(7, 3), sizes(3, 5)));
    }

    @Test
    void lookUpsPutTheIndexFirstAndPicksTakeTheLastAxis() {
        assertArrayEquals(sizes(2, -1, 4), Shapes.lookup(sizes(9, 4), sizes(2, -1)));
        assertThrows(Misfit.class, () -> Shapes.lookup(sizes(), sizes(2)));
        assertArrayEquals(sizes(2, 3), Shapes.pick(sizes(2, 3, 9), sizes(2, -1)));
        assertArrayEquals(sizes(2, 3), Shapes.pick(sizes(2, 3, 9), sizes()));
        assertThrows(Misfit.class, () -> Shapes.pick(sizes(2, 3, 9), sizes(3)));
    }

    @Test
    void partsAddUpAlongTheirAxis() {
        assertArrayEquals(sizes(5, 3), Shapes.concat(0, List.of(sizes(2, -1), sizes(3, 3))));
        assertArrayEquals(sizes(-1, 3), Shapes.concat(0, List.of(sizes(-1, 3), sizes(3, 3))));
        assertThrows(Misfit.class, () -> Shapes.concat(0, List.of(sizes(2, 3), sizes(2, 4))));
        assertThrows(Misfit.class, () -> Shapes.concat(0, List.of(sizes(2, 3), sizes(2))));
    }

    @Test
    void eachAxisIsOrderedOnce() {
        assertArrayEquals(sizes(4, 2, 3), Shapes.transpose(sizes(2, 3, 4), new int[] {2, 0, 1}));
        assertThrows(Misfit.class, () -> Shapes.transpose(sizes(2, 3), new int[] {0, 0}));
        assertThrows(Misfit.class, () -> Shapes.transpose(sizes(2, 3), new int[] {0}));
        assertThrows(Misfit.class, () -> Shapes.transpose(sizes(2, 3), new int[] {0, 2}));
    }

    @Test
    void elementsVaryWhereASizeDoes() {
        assertEquals(1, Shapes.elements(Shapes.scalar()));
        assertEquals(0, Shapes.elements(sizes(3, 0)));
        assertEquals(-1, Shapes.elements(sizes(3, -1)));
    }
}
