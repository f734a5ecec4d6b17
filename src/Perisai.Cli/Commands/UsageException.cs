namespace Perisai.Cli.Commands;

/// <summary>What the user asked for cannot be done; the message says what is wrong and what to do. Ends the command with exit code 2.</summary>
internal sealed class UsageException(string message) : Exception(message);
