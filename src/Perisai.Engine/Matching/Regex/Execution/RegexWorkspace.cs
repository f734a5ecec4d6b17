namespace Perisai.Engine.Matching.Regex.Execution;

/// <summary>The memory of a machine: one a thread, reused by all searches on it.</summary>
internal sealed class RegexWorkspace
{
    /// <summary>Numbers (4 bytes each) that are kept between searches; what a rare search needs above is given back.</summary>
    private const int KeptNumbers = 1 << 20;

    [ThreadStatic]
    private static RegexWorkspace? s_ofThread;

    public int[] Stack { get; set; } = new int[3 * 256];

    public int[] Frames { get; set; } = [];

    public int[] Slots { get; set; } = new int[32];

    /// <summary>Takes this thread's workspace. A search within a search (from a callback) gets a fresh one.</summary>
    public static RegexWorkspace Rent(int slotCount)
    {
        var workspace = s_ofThread ?? new RegexWorkspace();
        s_ofThread = null;
        if (workspace.Slots.Length < slotCount)
            workspace.Slots = new int[slotCount];
        workspace.Slots.AsSpan(0, slotCount).Fill(-1);
        return workspace;
    }

    public static void Return(RegexWorkspace workspace)
    {
        if (workspace.Stack.Length > KeptNumbers)
            workspace.Stack = new int[3 * 256];
        if (workspace.Frames.Length > KeptNumbers)
            workspace.Frames = [];
        s_ofThread = workspace;
    }
}
