package org.anira.runtime.report;

import org.jfree.chart.JFreeChart;

/**
 * A figure, ready to be drawn.
 *
 * @param name of its files, kebab case
 * @param title what it shows, in a few words
 * @param caption how to read it: what is drawn, intervals, samples
 * @param width in points
 * @param height in points
 */
record Figure(String name, String title, String caption, int width, int height, JFreeChart chart) {}
