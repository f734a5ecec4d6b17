namespace Perisai.Isolation.Framing;

/// <summary>What a frame holds. A number keeps its meaning for good: a worker and its parent may be of two versions until they have greeted.</summary>
public enum FrameKind : byte
{
    /// <summary>No frame; a header of zeros must not pass as one.</summary>
    None = 0,

    /// <summary>Versions and definitions, the first frame of either side.</summary>
    Hello = 1,

    /// <summary>Options and limits of the session.</summary>
    Session = 2,

    /// <summary>An object to scan; its descriptor travels beside the frame.</summary>
    Scan = 3,

    /// <summary>One finding of an object.</summary>
    Finding = 4,

    /// <summary>The description of one object of the tree.</summary>
    ScannedObject = 5,

    /// <summary>A rule that does not hold.</summary>
    FailingRule = 6,

    /// <summary>The end of an object's report, with its verdict.</summary>
    ReportEnd = 7,

    /// <summary>The worker lives and is at work.</summary>
    Progress = 8,

    /// <summary>The worker asks to be replaced.</summary>
    Recycle = 9,

    /// <summary>The worker shall end.</summary>
    Shutdown = 10,
}
