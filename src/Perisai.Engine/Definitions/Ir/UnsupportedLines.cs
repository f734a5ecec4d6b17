namespace Perisai.Engine;

/// <summary>Lines that were left out for one reason.</summary>
/// <param name="Kind">The database kind.</param>
/// <param name="Reason">Why.</param>
/// <param name="Count">How many.</param>
/// <param name="FirstAt">The first one: <c>file:line</c>.</param>
/// <param name="FirstName">Its name.</param>
public sealed record UnsupportedLines(string Kind, string Reason, long Count, string FirstAt, string FirstName);
